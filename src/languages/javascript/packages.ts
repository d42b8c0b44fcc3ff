import type { Need, ProcessContext, PruneLevel } from "../../closure/model/closure.ts";
import { type AbsPath, childOf, isWithin, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { mayBeNative, nativeUse } from "./native.ts";
import type { PackageJson } from "./package-json.ts";
import { exampleDirectories, isExampleText, isPrunedDirectory, isPrunedFile } from "./prune.ts";

/** Each text of a source asks for the same package. */
const packageRoots = new WeakMap<readonly AbsPath[], Map<AbsPath, AbsPath | undefined>>();

/** The directory of the installed package that a real path lies in; undefined for files of the application. */
export function packageRootOf(path: AbsPath, packagePaths: readonly AbsPath[]): AbsPath | undefined {
  const known = packageRoots.get(packagePaths) ?? new Map<AbsPath, AbsPath | undefined>();
  packageRoots.set(packagePaths, known);
  if (!known.has(path)) known.set(path, findPackageRoot(path, packagePaths));
  return known.get(path);
}

function findPackageRoot(path: AbsPath, packagePaths: readonly AbsPath[]): AbsPath | undefined {
  const mark = "/node_modules/";
  const at = path.lastIndexOf(mark);
  const start = at === -1 ? packagePaths.find((directory) => isWithin(path, directory))?.length : at + mark.length - 1;
  if (start === undefined) return undefined;
  const [first, second, third] = path.slice(start + 1).split("/");
  if (first === undefined || first === "") return undefined;
  // Stores that links lead to: `.store/NAME` and `.store/NAME/package`.
  const isStore = first.startsWith(".") && second !== undefined;
  const isFolder = isStore && third === "package";
  const name = isFolder
    ? `${first}/${second}/${third}`
    : isStore || (first.startsWith("@") && second !== undefined)
      ? `${first}/${second}`
      : first;
  return toAbsPath(name, path.slice(0, start));
}

export interface PackageFilesOptions {
  /** `none` takes all; `safe` leaves out what no program uses; `reachable` takes licences and compiled parts. */
  readonly level: PruneLevel;
  /** Targets of main, exports and bin: these stay whatever they are called. */
  readonly named: ReadonlySet<AbsPath>;
  /** True for the program's own directory: only nested packages and version control are left out. */
  readonly isApplication: boolean;
  /** True where sources in TypeScript run as they are. */
  readonly runsTypeScript: boolean;
  /** True for a package with parts that were compiled where it was installed, whose sources nothing runs. */
  readonly isCompiled: boolean;
}

/** The files below a package's directory that come along, nested packages not among them. */
export async function* packageFiles(
  directory: AbsPath,
  proc: ProcessContext,
  options: PackageFilesOptions,
): AsyncIterable<Need> {
  const relative = (path: AbsPath): string => path.slice(directory.length + 1);
  const data = options.level === "safe" ? await exampleData(directory, proc.root) : [];
  const enters = (path: AbsPath): boolean => {
    if (path === directory) return true;
    if (isNested(path)) return options.level === "none";
    const isPruned = options.level !== "none" && !options.isApplication && isPrunedDirectory(relative(path));
    return !isPruned || data.includes(path) || [...options.named].some((named) => isWithin(named, path));
  };
  for await (const { path, stat } of walk(proc.root, directory, enters)) {
    if (stat.kind !== "file" && stat.kind !== "symlink") continue;
    // The package.json is what asks, and stands in the closure already.
    if (path === `${directory}/package.json`) continue;
    const isNamed = options.named.has(path);
    if (options.level === "safe" && !options.isApplication && !isNamed && isPruned(relative(path), options)) continue;
    const isCompiled = stat.kind === "file" && mayBeNative(path, stat.mode);
    if (options.level === "reachable" && !isNamed && !isCompiled && !isLicence(relative(path))) continue;
    const use = isCompiled ? await nativeUse(path, proc) : "none";
    if (use === "foreign" && options.level !== "none") continue;
    if (use === "none" && options.level === "reachable" && !isNamed && !isLicence(relative(path))) continue;
    const role = use === "object" || use === "program" ? use : "file";
    // A link may lead to what was pruned, and a compiled part may be one of many that are only tried.
    const optional = stat.kind === "symlink" || role !== "file";
    yield { path, role, evidence: "declared", why: "has it in its package", optional };
  }
}

/** True for a file of an installed package that is for those who build, test or read it, or for another platform. */
export async function isNotRun(path: AbsPath, proc: ProcessContext): Promise<boolean> {
  const owner = packageRootOf(path, []);
  if (owner === undefined) return false;
  const relative = path.slice(owner.length + 1);
  const folders = relative.split("/").slice(0, -1);
  if (folders.some((_, index) => isPrunedDirectory(folders.slice(0, index + 1).join("/")))) return true;
  if (isPrunedFile(relative)) return true;
  return /\.(?:node|so)\b[^/]*$/u.test(relative) && (await nativeUse(path, proc)) === "foreign";
}

/** The directories of examples in a package that hold data alone. */
export async function exampleData(directory: AbsPath, root: RootFs): Promise<readonly AbsPath[]> {
  const names = new Set(await root.readDirectory(directory));
  const found: AbsPath[] = [];
  for (const name of exampleDirectories) {
    const path = childOf(directory, name);
    if (names.has(name) && (await holdsDataAlone(path, root))) found.push(path);
  }
  return found;
}

async function holdsDataAlone(directory: AbsPath, root: RootFs): Promise<boolean> {
  for await (const { path } of walk(root, directory)) if (isExampleText(path)) return false;
  return true;
}

function isPruned(path: string, { runsTypeScript, named, isCompiled }: PackageFilesOptions): boolean {
  const isSource = isTypeScript(path);
  // A package whose entries are TypeScript is for those who run it as it is.
  const isRun = isSource && (runsTypeScript || [...named].some(isTypeScript));
  return isPrunedFile(isRun ? path.replace(/tsx?$/u, "js") : path, { isCompiled });
}

function isTypeScript(path: string): boolean {
  return /\.[cm]?tsx?$/u.test(path) && !/\.d\.[cm]?ts$/u.test(path);
}

/** The files that a package.json names as its own entries, save declarations of types. */
export function namedFiles(directory: AbsPath, json: PackageJson | undefined): ReadonlySet<AbsPath> {
  const main = json?.main === undefined ? [] : [json.main, `${json.main}.js`, `${json.main}/index.js`];
  const texts = [...main, ...(json?.bin ?? []), ...textsIn(json?.exports), ...textsIn(json?.imports)];
  const files = texts.filter((text) => !text.includes("*") && !/\.d\.[cm]?ts$/u.test(text));
  return new Set(files.map((text) => toAbsPath(`${directory}/${text}`)));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value.startsWith("./") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  const inner: readonly unknown[] = Object.values(value);
  return inner.flatMap(textsIn);
}

function isNested(path: AbsPath): boolean {
  return path.endsWith("/node_modules") || path.endsWith("/.git");
}

function isLicence(path: string): boolean {
  return !path.includes("/") && /^(?:licen[cs]e|copying|copyright|notice)/iu.test(path);
}
