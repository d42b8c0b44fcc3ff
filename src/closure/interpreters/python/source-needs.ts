import { type AbsPath, toAbsPath } from "../../../rootfs/rootfs.ts";
import type { Yield } from "../../closure.ts";
import type { ImportStatement } from "./import-statement.ts";
import { type Area, areaOf, type Installation } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";
import type { Because, ModuleIdentity, Reach } from "./reach.ts";
import { type SourceScan, scanSource } from "./source-scan.ts";
import { fallbackModules, interactiveModules, mayLackFile } from "./stdlib.ts";

/** A source that is about to be read. */
export interface Source {
  readonly path: AbsPath;
  readonly text: string;
  readonly identity: ModuleIdentity;
  /** It is run as a script, so that its main block runs. */
  readonly isMain: boolean;
}

/** What a source turned out to import, beyond the needs. */
export interface ReadSource {
  /** Sources of the application that it leads to. */
  readonly leadsTo: readonly AbsPath[];
  /** Modules that it imports unconditionally and that are nowhere. */
  readonly missing: readonly string[];
  readonly touchesPath: boolean;
}

const metadataCalls: ReadonlySet<string> = new Set([
  "version",
  "distribution",
  "metadata",
  "requires",
  "files",
  "get_distribution",
  "require",
]);
const importCalls: ReadonlySet<string> = new Set(["import_module", "__import__"]);

/** Finds what one source needs: its import statements, then what its string literals name. */
export async function readSource(
  source: Source,
  installation: Installation,
  reach: Reach,
  out: Yield[],
): Promise<ReadSource> {
  const scan = scanSource(source.text);
  const area = areaOf(installation, source.path);
  const leadsTo: AbsPath[] = [];
  const missing: string[] = [];
  const note = (found: FoundModule | undefined): void => {
    if (found?.file !== undefined && areaOf(installation, found.file) === "app") leadsTo.push(found.file);
  };

  for (const statement of scan.imports) {
    if (!runs(statement, source.isMain) || isCut(statement, area)) continue;
    const base = absoluteName(statement, source.identity.package);
    if (base === undefined) continue;
    const because: Because = { evidence: "proved", why: `imports ${base}` };
    const found = await reach.name(base, because, out);
    note(found);
    if (isMissing(statement, base, found)) missing.push(base);
    if (found?.name !== base) continue;
    for (const name of statement.names ?? []) {
      if (name === "*") await reachExported(found, installation, reach, out);
      else if (found.directories.length > 0) {
        const inner = await installation.finder.find(`${base}.${name}`);
        if (inner === undefined) continue;
        note(await reach.name(inner.name, { evidence: "proved", why: `imports ${inner.name}` }, out));
      }
    }
  }
  if (area !== "stdlib") {
    await reachCalls(scan, source, installation, reach, out);
    for (const name of scan.names) note(await reachLiteral(name, source, scan, { installation, reach, out }));
  }
  return { leadsTo, missing, touchesPath: scan.touchesPath };
}

function runs(statement: ImportStatement, isMain: boolean): boolean {
  return statement.time !== "typing" && (statement.time !== "main" || isMain);
}

/** Imports of the standard library that only happen at a terminal, in its own tests, or in builds that lack a C module. */
function isCut(statement: ImportStatement, area: Area): boolean {
  if (area !== "stdlib" || statement.time === "always") return false;
  const [top = ""] = statement.module.split(".");
  return interactiveModules.has(top) || fallbackModules.has(top);
}

function absoluteName(statement: ImportStatement, package_: string): string | undefined {
  if (statement.level === 0) return statement.module;
  const parts = package_ === "" ? [] : package_.split(".");
  const kept = parts.slice(0, parts.length - statement.level + 1);
  if (kept.length === 0) return undefined;
  return [...kept, ...(statement.module === "" ? [] : [statement.module])].join(".");
}

function isMissing(statement: ImportStatement, base: string, found: FoundModule | undefined): boolean {
  if (statement.time !== "always") return false;
  if (statement.level > 0) return found?.name !== base;
  return found === undefined && !mayLackFile(base.split(".")[0] ?? base);
}

/** `from package import *` loads the modules that the package's `__all__` names. */
async function reachExported(
  found: FoundModule,
  installation: Installation,
  reach: Reach,
  out: Yield[],
): Promise<void> {
  if (found.directories.length === 0 || found.file === undefined || found.kind !== "source") return;
  const text = (await installation.files.readText(found.file)) ?? "";
  const listed = /^__all__\b[^=]*=[ \t]*[[(]([^\])]*)/mu.exec(text)?.[1] ?? "";
  for (const [, name = ""] of listed.matchAll(/["'](\w+)["']/gu)) {
    const inner = await installation.finder.find(`${found.name}.${name}`);
    if (inner === undefined) continue;
    await reach.name(inner.name, { evidence: "proved", why: `imports * from ${found.name}` }, out);
  }
}

async function reachCalls(
  scan: SourceScan,
  source: Source,
  installation: Installation,
  reach: Reach,
  out: Yield[],
): Promise<void> {
  for (const { callee, text, complete } of scan.calls) {
    if (importCalls.has(callee)) {
      const name = relativeName(text, source.identity.package);
      const because: Because = { evidence: "proved", why: `imports ${name}` };
      if (complete) await reach.name(name, because, out);
      // A name whose beginning is known stands for every module of that package.
      else if (name.endsWith(".") && name.length > 1) {
        await reach.name(`${name}*`, { evidence: "string", why: `imports a module of ${name.slice(0, -1)}` }, out);
      }
    } else if (metadataCalls.has(callee)) {
      if (!complete) continue;
      for (const distribution of installation.distributions.named(text)) {
        await reach.metadata(distribution, { evidence: "proved", why: `asks for the metadata of ${text}` }, out);
      }
    } else if (complete) {
      await reachLibrary(callee, text, source, installation, out);
    }
  }
}

function relativeName(text: string, package_: string): string {
  const dots = /^\.*/u.exec(text)?.[0].length ?? 0;
  if (dots === 0) return text;
  const parts = package_.split(".");
  return [...parts.slice(0, parts.length - dots + 1), text.slice(dots)].join(".");
}

/** `find_library("magic")`, `CDLL("libmagic.so.1")`: a library that is loaded by name at run time. */
async function reachLibrary(
  callee: string,
  text: string,
  source: Source,
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const { process, files } = installation;
  const sonames = callee === "find_library" ? await sonamesOf(text, installation) : [text];
  for (const soname of sonames) {
    if (!/\.so(?:\.|$)/u.test(soname)) continue;
    const path = soname.includes("/") ? toAbsPath(soname) : await process.findLibrary(soname);
    if (path === undefined || !(await files.isFile(path))) continue;
    const why = `loads ${soname} by ctypes`;
    out.push({ need: { path, role: "object", evidence: "string", why, optional: true } });
    if (callee !== "find_library") continue;
    out.push({
      finding: {
        severity: "warning",
        code: "PYTHON_LIBRARY_LOOKUP",
        path: source.path,
        message: `cannot promise that find_library("${text}") works in the image: it asks ldconfig, gcc or ld, which do not ship`,
        hint: `load "${soname}" by its name with ctypes.CDLL, or list ldconfig under "binaries"`,
      },
    });
    return;
  }
}

async function sonamesOf(name: string, installation: Installation): Promise<readonly string[]> {
  if (!/^[\w.+-]+$/u.test(name)) return [];
  const { files, process } = installation;
  const directories = ["/usr/local/lib", "/usr/lib", "/lib", "/usr/lib64", "/lib64"].map((path) => toAbsPath(path));
  const multiarch = [...(await files.names(toAbsPath("/usr/lib")))].filter((entry) =>
    /^\w+-linux-gnu\w*$/u.test(entry),
  );
  const searched = [
    ...(process.env["LD_LIBRARY_PATH"] ?? "")
      .split(":")
      .filter((part) => part.startsWith("/"))
      .map((part) => toAbsPath(part)),
    ...directories,
    ...multiarch.map((entry) => toAbsPath(`/usr/lib/${entry}`)),
  ];
  const sonames = new Set<string>();
  for (const directory of searched) {
    for (const entry of await files.names(directory)) {
      if (entry.startsWith(`lib${name}.so`) && /^\.so(?:\.\d+)?$/u.test(entry.slice(name.length + 3)))
        sonames.add(entry);
    }
  }
  return [...sonames].sort().reverse();
}

/**
 * A string literal that names a module (`gunicorn.workers.sync`, `app:create`), a distribution (`gunicorn==23.0.0`) or a
 * group of entry points. At least two dotted parts must be a module for a name to count.
 */
export async function reachLiteral(
  literal: string,
  source: Source,
  scan: SourceScan,
  context: { readonly installation: Installation; readonly reach: Reach; readonly out: Yield[] },
): Promise<FoundModule | undefined> {
  const { installation, reach, out } = context;
  const { finder, distributions } = installation;
  const because: Because = { evidence: "string", why: `names ${literal}` };

  for (const distribution of distributions.inGroup(literal)) {
    await reach.distribution(distribution, { evidence: "rule", why: `asks for the entry points ${literal}` }, out);
    for (const point of distribution.entryPoints) {
      if (point.group === literal) await reach.name(point.module, because, out);
    }
  }
  const pinned = source.isMain ? /^([\w.-]+)==/u.exec(literal)?.[1] : undefined;
  if (pinned !== undefined) {
    for (const distribution of distributions.named(pinned)) {
      await reach.distribution(distribution, because, out);
      for (const point of distribution.entryPoints) {
        if (point.group === "console_scripts" && source.path.endsWith(`/${point.name}`)) {
          await reach.name(point.module, because, out);
        }
      }
    }
    return undefined;
  }
  const [name = "", attribute] = literal.split(":");
  if (!/^\.*[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/u.test(name)) return undefined;
  if (name.startsWith(".")) {
    const absolute = relativeName(name, source.identity.package);
    return (await finder.find(absolute)) === undefined ? undefined : reach.name(absolute, because, out);
  }
  if (!name.includes(".")) {
    if (attribute !== undefined) return reachOwn(name, installation, reach, because, out);
    if (!scan.importsComputed || source.identity.package === "") return undefined;
    const sibling = `${source.identity.package}.${name}`;
    return (await finder.find(sibling)) === undefined ? undefined : reach.name(sibling, because, out);
  }
  const [first = "", second = ""] = name.split(".");
  if ((await finder.find(`${first}.${second}`)) === undefined) return undefined;
  return reach.name(name, because, out);
}

/** A single word counts only when it is a module of the application. */
async function reachOwn(
  name: string,
  installation: Installation,
  reach: Reach,
  because: Because,
  out: Yield[],
): Promise<FoundModule | undefined> {
  const found = await installation.finder.find(name);
  const place = found?.file ?? found?.directories[0];
  if (place === undefined || areaOf(installation, place) !== "app") return undefined;
  return reach.name(name, because, out);
}
