import { expect } from "vitest";
import type { Need, ProcessContext, RuntimePlugin, Yield } from "../../../../src/closure/model/closure.ts";
import type { ElfFile } from "../../../../src/formats/elf/elf-file.ts";
import { isElfFile, parseElf } from "../../../../src/formats/elf/parse.ts";
import { createContentCache } from "../../../../src/rootfs/content-cache.ts";
import { resolveLinks } from "../../../../src/rootfs/links.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { node } from "../../../../src/runtimes/node/node.ts";
import { nodeSkeleton } from "../../../../src/runtimes/node/skeleton.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { replacingRootFs } from "../../../support/skeletons.ts";

export type ProcessOptions = Partial<Pick<ProcessContext, "args" | "env" | "prune" | "architecture">> & {
  readonly program?: string;
  readonly workdir?: string;
  readonly entries?: readonly string[];
  /** Files that ship because the application is given, and are read whether or not anything names them. */
  readonly alsoReads?: readonly string[];
  /** `null`: no app is given, as for a distilled image. */
  readonly appRoot?: string | null;
  /** Programs whose packages the builder's author named. */
  readonly chosen?: readonly string[];
  /** Default: Node. */
  readonly interpreter?: RuntimePlugin;
};

/** A process of node in a root, with `/app` as its app and working directory. */
export async function processIn(tree: RootFs, options: ProcessOptions = {}): Promise<ProcessContext> {
  const root: RootFs = { ...tree, contentKey: (path) => Promise.resolve(path) };
  const program = toAbsPath(options.program ?? "/usr/bin/node");
  const readElf = async (path: AbsPath) => {
    const resolved = await resolveLinks(root, path);
    return resolved === undefined || resolved === "loop" ? undefined : readElfFile(root, resolved.real);
  };
  return {
    root,
    program,
    realProgram: program,
    elf: await readElf(program),
    args: options.args ?? [],
    env: options.env ?? {},
    workdir: toAbsPath(options.workdir ?? "/app"),
    entries: (options.entries ?? []).map((path) => toAbsPath(path)),
    appRoot: options.appRoot === null ? undefined : toAbsPath(options.appRoot ?? "/app"),
    stdlib: "safe",
    prune: options.prune ?? "safe",
    bytecode: "keep",
    architecture: options.architecture ?? "amd64",
    contentCache: createContentCache(),
    readElf,
    findLibrary: (soname) => Promise.resolve(toAbsPath(`/usr/lib/${soname}`)),
    findProgram: async (name) => {
      // The PATH has every name, but for what only installed packages have.
      const own = toAbsPath(`/usr/local/bin/${name}`);
      if ((await root.lstat(own)) !== undefined) return own;
      const isInstalled = (await root.lstat(toAbsPath(`/app/node_modules/.bin/${name}`))) !== undefined;
      return isInstalled ? undefined : toAbsPath(`/usr/bin/${name}`);
    },
    ...(options.chosen === undefined ? {} : { systemPackage: systemPackages(options.chosen) }),
  };
}

function systemPackages(chosen: readonly string[]): NonNullable<ProcessContext["systemPackage"]> {
  const rest = { name: "own", source: "own", files: [], directories: [], dependencies: () => [] };
  return (path) => Promise.resolve({ ...rest, isChosenOfFew: chosen.includes(path) });
}

async function readElfFile(root: RootFs, path: AbsPath): Promise<ElfFile | undefined> {
  const stat = await root.lstat(path);
  const read = async (offset: number, length: number) =>
    (await root.readFile(path, { offset, length })) ?? new Uint8Array();
  const parsed = stat?.kind === "file" ? await parseElf(read, stat.sizeBytes) : undefined;
  return isElfFile(parsed) ? parsed : undefined;
}

const isNodeSource = /\.[cm]?[jt]sx?$/u;

/**
 * Asks the plug-in until nothing is left, and prints each needed path with its role and first reason, and the findings.
 */
export async function traceNode(fixture: string, options: ProcessOptions = {}): Promise<string> {
  const root = fixtureRoot(fixture);
  const traced = await traceRoot(root, options);
  if (options.interpreter === undefined) {
    const { workdir } = await processIn(root, options);
    const level = { isTraced: options.prune === "reachable" };
    const skeletons = replacingRootFs(root, (path, text) =>
      path.startsWith("/app/") && isNodeSource.test(path)
        ? (nodeSkeleton({ path, text, workdir }, level) ?? text)
        : text,
    );
    expect((await traceRoot(skeletons, options)).map(withoutReason)).toEqual(traced.map(withoutReason));
  }
  return traced.join("\n");
}

/** Which of several reasons comes first depends on the order of a source. */
function withoutReason(line: string): string {
  return line.startsWith("!") ? line : line.replace(/(?<=^\S+ {2}\S+(?: MISSING)?) .*$/u, "");
}

async function traceRoot(root: RootFs, options: ProcessOptions): Promise<readonly string[]> {
  const proc = await processIn(root, options);
  const plugin = options.interpreter ?? node;
  const runtime = await plugin.start(proc);
  const lines = new Set<string>();
  const known = new Map<string, Need>();
  const pending: Need[] = [];
  const take = async (from: string, yields: AsyncIterable<Yield>) => {
    for await (const found of yields) {
      if ("finding" in found) {
        lines.add(`! ${found.finding.severity} ${found.finding.code}: ${found.finding.message}`);
        continue;
      }
      if ("unknown" in found) {
        const { what, line, bound } = found.unknown;
        lines.add(`? ${what}${line === undefined ? "" : `:${String(line)}`} ${JSON.stringify(bound)}`);
        continue;
      }
      const { need } = found;
      if (known.has(need.path)) continue;
      const resolved = await resolveLinks(root, need.path);
      const isThere = resolved !== undefined && resolved !== "loop";
      if (!isThere && need.optional === true) continue;
      known.set(need.path, need);
      const mark = isThere ? "" : " MISSING";
      lines.add(`${need.path}  ${need.role}${mark}  ${from} ${need.why}`);
      if (need.role === "module" && isThere) pending.push(need);
    }
  };
  await take(plugin.name, runtime.start());
  for (const path of options.alsoReads ?? []) {
    pending.push({ path: toAbsPath(path), role: "module", evidence: "declared", why: "is part of the application" });
  }
  for (let next = pending.shift(); next !== undefined; next = pending.shift())
    await take(next.path, runtime.needs(next.path));
  await take(plugin.name, runtime.settle());
  return [...lines].sort(compareBytes);
}
