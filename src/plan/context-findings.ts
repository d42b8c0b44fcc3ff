import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { baseName, joinPaths, parentOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import type { Spec } from "../spec/spec.ts";
import { suggest } from "../spec/suggest.ts";
import { managers } from "./dependency-managers.ts";

/**
 * What a build would not find in its context, said without an engine: the application's directory, its entries, files
 * that steps copy. Each finding points into the normalised spec.
 */
export async function contextFindings(spec: Spec, context: RootFs): Promise<readonly Diagnostic[]> {
  const kindOf = async (path: string): Promise<string | undefined> => {
    const found = await resolveLinks(context, toAbsPath(path));
    return found === undefined || found === "loop" ? undefined : found.stat.kind;
  };
  const application = await applicationFindings(spec, context, kindOf);
  const named = contextFiles(spec);
  const found: Diagnostic[] = [...application];
  for (const { path, pointer } of named) {
    if (!/[*?[]/u.test(path) && (await kindOf(path)) === undefined)
      found.push(missing(`find ${path}`, "path", { pointer, meant: await similarName(context, path) }));
  }
  return found;
}

type KindOf = (path: string) => Promise<string | undefined>;

async function applicationFindings(spec: Spec, context: RootFs, kindOf: KindOf): Promise<readonly Diagnostic[]> {
  const { app, files, image } = spec;
  if (app?.from !== "context") return [];
  const kind = await kindOf(app.src);
  if (kind === "file") return [fileAsFolder(app.src)];
  if (kind !== "directory") {
    const near = await similarName(context, app.src);
    const meant = near === undefined ? undefined : joinPaths(parentOf(toAbsPath(app.src)), toAbsPath(near)).slice(1);
    return [missing(`find the application in ${app.src}`, "directory", { pointer: "/app", meant })];
  }
  const made = new Set(files.map(({ path }) => path));
  const isHome = image.workdir === undefined || image.workdir === app.dest;
  const operand = (image.cmd ?? []).findIndex((word) => !word.startsWith("-"));
  const start = isHome && operand === 0 ? image.cmd?.[operand] : undefined;
  const entries = [
    ...app.entry.map((path, index) => ({ path, pointer: `/app/entry/${String(index)}` })),
    ...(start !== undefined && source.test(start) ? [{ path: start, pointer: "/image/cmd/0" }] : []),
  ];
  const launcher = await launcherFinding(
    spec,
    async (path) => (await kindOf(`${app.src}/${path}`)) !== undefined || made.has(`${app.dest}/${path}`),
  );
  const found: Diagnostic[] = launcher === undefined ? [] : [launcher];
  for (const { path, pointer } of entries) {
    const inside = path.startsWith("/") ? path.slice(app.dest.length + 1) : path.replace(/^(?:\.\/)+/u, "");
    const isOther = path.startsWith("/") && !path.startsWith(`${app.dest}/`);
    if (isOther || installed.test(inside) || made.has(`${app.dest}/${inside}`)) continue;
    if ((await kindOf(`${app.src}/${inside}`)) === undefined) {
      const near = await similarName(context, `${app.src}/${inside}`);
      const meant =
        near === undefined ? undefined : path.slice(0, path.length - baseName(toAbsPath(inside)).length) + near;
      found.push(missing(`find ${inside} of the application`, "file", { pointer, meant }));
    }
  }
  return found;
}

/** The application is named by the file that starts it. */
function fileAsFolder(path: string): Diagnostic {
  const name = baseName(toAbsPath(path));
  const folder = parentOf(toAbsPath(path)).slice(1);
  return {
    severity: "error",
    code: "FILE_MISSING",
    message: `cannot find the application in ${path}: it is a file`,
    pointer: "/app",
    hint: `write app: ${folder === "" ? "." : folder}, and cmd: [${name}]`,
  };
}

/**
 * The first word of a command that its interpreter would open as a file, though it is the name of a program: the
 * interpreter's own, as in a Dockerfile, or a package manager's.
 */
async function launcherFinding(
  { app, image, interpreter }: Spec,
  has: (path: string) => Promise<boolean>,
): Promise<Diagnostic | undefined> {
  const [first, ...rest] = image.cmd ?? [];
  if (first === undefined || interpreter === undefined || image.entrypoint !== undefined || app === undefined)
    return undefined;
  const own = baseName(toAbsPath(interpreter.path)).replace(/[\d.]+$/u, "");
  const name = baseName(toAbsPath(first)).replace(/[\d.]+$/u, "");
  const isOwn = name === own;
  if ((!isOwn && !launchers.has(first)) || (await has(first))) return undefined;
  const hint = isOwn
    ? `write cmd: [${rest.join(", ")}]`
    : `write the file that it starts, as cmd: [server.js], or name it as entrypoint`;
  return {
    severity: "error",
    code: "FILE_MISSING",
    message: `cannot start ${first}: ${baseName(toAbsPath(interpreter.path))} is the entrypoint, and would open it as a file`,
    pointer: "/image/cmd/0",
    hint,
  };
}

/** Programs that start others, as people name them first. */
const launchers: ReadonlySet<string> = new Set([
  ...managers.map(({ name }) => name),
  "bundle",
  "npx",
  "pnpx",
  "yarnpkg",
]);

/** Endings of sources that an interpreter is given. */
const source = /^[\w./-]+\.(?:[cm]?[jt]sx?|py|rb|php|pl|lua|sh|tcl|jar|dll|exs?)$/u;
/** What a package manager puts there. */
const installed = /^(?:node_modules|vendor|\.venv)\//u;

interface Named {
  readonly path: string;
  readonly pointer: string;
}

/** Files of the build context that steps and `files` name. */
function contextFiles({ builders, files }: Spec): readonly Named[] {
  const steps = Object.entries(builders).flatMap(([name, { build }]) =>
    build.flatMap((step, index) =>
      step.kind === "copy" && step.from === "context"
        ? step.src.map((path) => ({ path, pointer: `/builders/${name}/build/${String(index)}` }))
        : [],
    ),
  );
  const copies = files.flatMap((file, index) =>
    file.kind === "copy" && file.from === "context" ? [{ path: file.src, pointer: `/files/${String(index)}` }] : [],
  );
  return [...steps, ...copies];
}

/** The name beside a missing path that is spelt like it, or the only one of its kind. */
async function similarName(context: RootFs, path: string): Promise<string | undefined> {
  const whole = toAbsPath(path);
  const name = baseName(whole);
  const names = (await context.readDirectory(parentOf(whole))) ?? [];
  const ending = /\.\w+$/u.exec(name)?.[0];
  const alike = ending === undefined ? [] : names.filter((one) => one.endsWith(ending));
  return suggest(name, names) ?? (alike.length === 1 ? alike[0] : undefined);
}

function missing(
  what: string,
  kind: string,
  { pointer, meant }: { readonly pointer: string; readonly meant: string | undefined },
): Diagnostic {
  return {
    severity: "error",
    code: "FILE_MISSING",
    message: `cannot ${what}: the build context has no such ${kind}`,
    pointer,
    hint: `${meant === undefined ? "correct the path" : `write ${meant}`}, or look whether .dockerignore leaves it out`,
  };
}

/** A spec whose first lines name no frontend: `docker build` reads it as a Dockerfile. */
export function frontendFinding(file: string, bytes: Uint8Array): Diagnostic | undefined {
  const text = new TextDecoder().decode(bytes.subarray(0, 65_536));
  if (/^(?:#[ \t]*[\w-]+[ \t]*=.*\r?\n)*#[ \t]*syntax[ \t]*=[ \t]*\S/iu.test(text)) return undefined;
  const below = text.split("\n").findIndex((line) => /^#[ \t]*syntax[ \t]*=/iu.test(line)) + 1;
  return {
    severity: "warning",
    code: "SYNTAX_LINE_MISSING",
    message: `cannot build ${file} with Docker: ${below === 0 ? "no line names the frontend" : `line ${String(below)} names the frontend, and only the first line counts`}`,
    span: { file, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
    hint:
      below === 0 ? "begin the file with # syntax=IMAGE, such as localhost:5000/pith:1" : "move it to the first line",
  };
}
