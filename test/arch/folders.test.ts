import { readdir, readFile } from "node:fs/promises";
import { posix } from "node:path";
import { expect, test } from "vitest";

/** What each core folder may import, beside itself. Nothing points backwards in the flow of data. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  oci: ["diagnostics"],
  rootfs: ["diagnostics"],
  tar: ["diagnostics"],
  elf: ["diagnostics", "rootfs"],
  spec: ["diagnostics", "oci"],
  engine: ["diagnostics", "rootfs"],
  serverless: ["diagnostics", "oci", "spec", "engine"],
  plan: ["diagnostics", "lock", "oci", "spec", "engine", "rootfs", "closure", "llb", "serverless"],
  llb: ["diagnostics", "oci", "engine", "plan", "spec"],
  closure: ["diagnostics", "rootfs", "elf", "spec"],
  image: ["diagnostics", "oci", "rootfs", "tar", "closure", "engine", "llb", "plan", "spec"],
  lock: ["diagnostics"],
  evidence: ["diagnostics", "oci", "rootfs", "closure", "image"],
  vex: ["diagnostics", "rootfs", "evidence"],
  policy: ["diagnostics", "rootfs", "elf", "spec", "closure", "evidence"],
  audit: ["diagnostics", "rootfs", "spec", "closure", "policy", "evidence", "vex"],
};

/** These reach the world, so they may import any core folder; bin may import all. */
const outer: readonly string[] = ["adapters", "app", "cli", "bin"];

const worldModules =
  /^(?:node:(?:fs|net|http|https|http2|tls|dgram|child_process|worker_threads|os|process)\b|undici|@grpc\/)/;
// `process` is also what the program calls the one that an image starts, so only what that has not is looked for.
const worldGlobals =
  /\b(?:process\.(?:argv|exit|exitCode|hrtime|memoryUsage|nextTick|pid|std(?:err|in|out))\b|(?<!\.)\bfetch\(|Date\.now\(|Math\.random\(|new Date\(\))/;

const source = new URL("../../src/", import.meta.url);

interface SourceText {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

async function sources(): Promise<readonly SourceText[]> {
  const files = await readdir(source, { recursive: true });
  const paths = files.filter((path) => path.endsWith(".ts") && !path.endsWith(".gen.ts")).toSorted();
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(new URL(path, source), "utf8");
      const imports = [...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)";|^import "([^"]+)";/gm)];
      return {
        path,
        folder: path.split("/")[0] ?? "",
        text,
        imports: imports.map((found) => found[1] ?? found[2] ?? ""),
      };
    }),
  );
}

function folderOf(file: SourceText, imported: string): string | undefined {
  if (!imported.startsWith(".")) return undefined;
  return posix.normalize(posix.join(posix.dirname(file.path), imported)).split("/")[0];
}

test("core folders import what the table says", async () => {
  const broken = (await sources()).flatMap((file) => {
    if (outer.includes(file.folder)) return [];
    const mayImport = allowed[file.folder] ?? [];
    return file.imports.flatMap((imported) => {
      const folder = folderOf(file, imported);
      const isFine = folder === undefined || folder === file.folder || mayImport.includes(folder);
      return isFine ? [] : [`${file.path} imports ${folder}`];
    });
  });
  expect(broken).toEqual([]);
});

test("nothing points outwards: bin over cli over app over adapters", async () => {
  const broken = (await sources()).flatMap((file) => {
    const forbidden = { adapters: ["app", "cli", "bin"], app: ["cli", "bin"], cli: ["bin"] }[file.folder] ?? [];
    return file.imports.flatMap((imported) => {
      const folder = folderOf(file, imported);
      return folder !== undefined && forbidden.includes(folder) ? [`${file.path} imports ${folder}`] : [];
    });
  });
  expect(broken).toEqual([]);
});

test("core folders do not reach the world", async () => {
  const broken = (await sources()).flatMap((file) => {
    if (outer.includes(file.folder)) return [];
    const modules = file.imports.filter((imported) => worldModules.test(imported));
    const code = file.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const used = worldGlobals.exec(code)?.[0];
    return [...modules, ...(used === undefined ? [] : [used])].map((what) => `${file.path} uses ${what}`);
  });
  expect(broken).toEqual([]);
});

test("plug-ins of the closure do not import each other", async () => {
  const broken = (await sources()).flatMap((file) => {
    const [, kind, name] = file.path.split("/");
    if (file.folder !== "closure" || kind === undefined || name === undefined) return [];
    return file.imports.flatMap((imported) => {
      const path = posix.normalize(posix.join(posix.dirname(file.path), imported));
      const other = path.split("/")[1];
      const isPlugin = ["interpreters", "packages", "features"].includes(other ?? "") && path.split("/").length > 2;
      return isPlugin && other !== kind ? [`${file.path} imports ${path}`] : [];
    });
  });
  expect(broken).toEqual([]);
});
