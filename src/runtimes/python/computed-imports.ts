import type { Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { Because } from "./emitter.ts";
import { areaOf, type Installation } from "./installation.ts";
import { absoluteName } from "./literals.ts";
import type { ModuleIdentity } from "./module-identity.ts";
import { isNotRun } from "./prune.ts";
import type { Reach } from "./reach.ts";
import type { SourceScan } from "./source-scan.ts";

/** A source that imports modules of computed names. */
export interface ComputingSource {
  readonly path: AbsPath;
  readonly identity: ModuleIdentity;
  readonly scan: SourceScan;
  /** False when only functions that it imports do so. */
  readonly isOwn: boolean;
}

interface ComputedContext {
  readonly installation: Installation;
  readonly reach: Reach;
  readonly out: Yield[];
}

/**
 * Imports whose names are computed: a beginning of the name stands for the modules that begin so, and bounds what else
 * is meant. Without one, a package may load any of its own modules; of an application nothing is known.
 */
export async function reachComputedImports(source: ComputingSource, context: ComputedContext): Promise<void> {
  const { scan, identity } = source;
  let isBounded = false;
  for (const prefix of scan.prefixes) {
    const name = absoluteName(prefix, identity.package);
    if (!(await reachPrefix(name, `"${prefix}" and more`, context))) continue;
    isBounded = true;
    // Who lists what packages hold loads their modules too.
    if (name.endsWith(".") && (scan.listsModules || scan.listsDirectory)) await reachBelow(name.slice(0, -1), context);
  }
  if (!source.isOwn || isBounded) return;
  if (scan.computed.length > 0) context.reach.computes(source.path);
  await reachNamedParts(source, context);
  for (const what of scan.computed) {
    context.out.push({ unknown: { kind: "computed-name", what, bound: await boundOf(source, context) } });
  }
}

/**
 * Modules of Python's own library whose names are texts of a source of the application: `for name in ("json", "csv")`.
 * Names of packages count in all of its sources; those of the library are ordinary words in others.
 */
async function reachNamedParts({ path, scan }: ComputingSource, context: ComputedContext): Promise<void> {
  if (areaOf(context.installation, path) === "app") await reachOwnModules(scan.names, context);
}

/** Modules of Python's own library among words, for who imports what only the run tells. */
export async function reachOwnModules(names: Iterable<string>, context: ComputedContext): Promise<void> {
  const { installation, reach, out } = context;
  for (const named of names) {
    // `"wave:open"` is a module and what it has.
    const name = named.replace(/:\w+$/u, "");
    const file = (await installation.finder.find(name))?.file;
    if (file === undefined || areaOf(installation, file) !== "stdlib") continue;
    await reach.name(name, { evidence: "string", why: `imports what only the run tells, and names ${name}` }, out);
  }
}

/** The modules of the packages in a package. */
async function reachBelow(name: string, context: ComputedContext): Promise<void> {
  const { finder } = context.installation;
  const package_ = await finder.find(name);
  if (package_ === undefined) return;
  for (const inner of await finder.submodules(package_)) {
    const isPackage = ((await finder.find(inner))?.directories.length ?? 0) > 0;
    if (!isPackage || /\.tests?$/u.test(inner)) continue;
    await context.reach.name(`${inner}.*`, { evidence: "string", why: `imports a module of ${inner}` }, context.out);
    await reachBelow(inner, context);
  }
}

/** Modules whose dotted names begin so. Answers whether there is such a package. */
export async function reachPrefix(
  prefix: string,
  what: string,
  { installation, reach, out }: ComputedContext,
): Promise<boolean> {
  const dot = prefix.lastIndexOf(".");
  const package_ = prefix.slice(0, Math.max(0, dot));
  const found = dot <= 0 ? undefined : await installation.finder.find(package_);
  const [first] = found?.directories ?? [];
  if (found === undefined || first === undefined || areaOf(installation, first) === "stdlib") return false;
  const because: Because = { evidence: "string", why: `imports a module of ${package_}` };
  await reach.name(`${prefix}*`, because, out);
  const stem = prefix.slice(dot + 1);
  for (const directory of found.directories) {
    const bound = await boundBelow(directory, stem, installation);
    out.push({ unknown: { kind: "computed-name", what, bound } });
  }
  return true;
}

/** More modules than these are told by their directory. */
const maximumModules = 200;

/** What a directory has whose name begins with `stem`. At `reachable`, none of the data beside few modules is meant. */
async function boundBelow(directory: AbsPath, stem: string, { proc, files }: Installation): Promise<Bound> {
  const whole: Bound =
    stem === "" ? { kind: "directory", path: directory } : { kind: "prefix", prefix: `${directory}/${stem}` };
  if (proc.prune !== "reachable") return whole;
  const real = (await files.realPath(directory)) ?? directory;
  const paths: AbsPath[] = [];
  let hasData = false;
  for await (const { path, stat } of walk(proc.root, real)) {
    const inner = path.slice(real.length + 1);
    if (stat.kind === "directory" || !inner.startsWith(stem) || isNotRun(path)) continue;
    if (/\.(?:py|so)$/u.test(inner)) paths.push(toAbsPath(inner, directory));
    else hasData ||= !/\.py[co]$/u.test(inner);
  }
  return hasData && paths.length <= maximumModules ? { kind: "paths", paths } : whole;
}

/** What names of a source stand for of which nothing is known: its package, and of an application anything. */
export async function boundOf(
  { path, identity }: Pick<ComputingSource, "path" | "identity">,
  { installation }: Pick<ComputedContext, "installation">,
): Promise<Bound> {
  const top = areaOf(installation, path) === "site" ? identity.name.split(".")[0] : undefined;
  const found = top === undefined ? undefined : await installation.finder.find(top);
  const [directory] = found?.directories ?? [];
  return directory === undefined ? { kind: "anything" } : { kind: "package", path: directory };
}
