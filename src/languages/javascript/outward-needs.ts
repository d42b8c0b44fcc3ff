import type { Yield } from "../../closure/model/closure.ts";
import { cachedByContent } from "../../rootfs/content-cache.ts";
import { type AbsPath, baseName, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { hole } from "../../values/patterns.ts";
import { referencesIn, type Source, sourceIn } from "./cached-references.ts";
import { isForDevelopment } from "./compilers.ts";
import { isModuleSource } from "./module-sources.ts";
import { nativeUse } from "./native.ts";
import type { NodeContext } from "./node-context.ts";
import { pathNeeds } from "./path-needs.ts";
import { prefixNeeds } from "./prefix-needs.ts";
import { isPrunedDirectory, mentionsPruned } from "./prune.ts";
import type { Reference } from "./reference.ts";
import { needsOfReferences } from "./reference-needs.ts";
import { splitSpecifier } from "./resolver.ts";

/** A package of which all files that run come along. */
export interface WholePackage {
  readonly directory: AbsPath;
  /** Names of packages that come along with it. */
  readonly declared: ReadonlySet<string>;
  /** Its files that come along. */
  readonly files: ReadonlySet<AbsPath>;
  /** Those that its package.json lists as programs: they are code whatever their names end in. */
  readonly programs: ReadonlySet<AbsPath>;
}

/**
 * The needs of the sources of a whole package beyond what comes along with it: packages that it does not declare,
 * programs that it starts, paths outside of it, and parts of it that are left out of others. Sources without the words
 * for it are not parsed.
 */
export async function* outwardNeeds(whole: WholePackage, context: NodeContext): AsyncIterable<Yield> {
  for (const path of whole.files) {
    if (!isModuleSource(path, context) && !(await isScript(path, whole, context))) continue;
    // The check of the finished image asks again, and then knows the answer without the text.
    const source = sourceIn(context.tree, path);
    for (const text of (await wordsIn(source, context)).settings)
      for await (const found of prefixNeeds(text, path, context)) yield { ...found, from: path };
    yield* pathNeeds(source, context);
    if (await looksOutward(source, whole, context)) yield* outwardNeedsOf(source, whole, context);
  }
}

/** True for a program whose name has no ending, unless it is a compiled one. */
async function isScript(path: AbsPath, { programs }: WholePackage, { proc }: NodeContext): Promise<boolean> {
  if (!programs.has(path) || baseName(path).includes(".")) return false;
  return (await nativeUse(path, proc)) === "none";
}

/** The facts of a text at first sight. */
interface Words {
  /** Packages that it names where modules are named. */
  readonly packages: readonly string[];
  readonly isSuspect: boolean;
  /** Paths in it that climb, up to what is known of them. */
  readonly climbing: readonly string[];
  /** How often it climbs one directory, where paths are joined. */
  readonly steps: number;
  /** Texts that may name settings in the prefix of the interpreter. */
  readonly settings: readonly string[];
}

const wordsOf = cachedByContent<Words>();

const packageName = /(?:\brequire\s*\(|\bfrom|\bimport\s*\(?|\.resolve\s*\()\s*["'`]([^"'`./\s][^"'`\n]{0,200})["'`]/gu;
/** Programs that are started, places of other packages, and names of packages that are put together. */
const suspect =
  /\bchild_process\b|\bdirname\s*\(\s*require\.resolve\s*\(|\bexeca\b|\bcross-spawn\b|\b(?:require|import|resolve)\s*\(\s*(?:["'][@\w][^"'\n]{0,100}["']\s*\+|`[@\w][^`$\n]{0,100}\$\{)/u;
const climbingPath = /["'`}]\/?((?:\.\.\/)+[^"'`\n$]{0,200})/gu;
const settingsPath = /["'`](\/?etc\/[\w@./-]{1,200})["'`]/gu;
const climbingStep = /["'`]\.\.\/?["'`]/gu;
const knowsItsPlace = /__dirname|__filename|import\.meta/u;

function wordsIn(source: Source, { tree, proc }: NodeContext): Promise<Words> {
  const file = { root: tree.root, path: source.path };
  return wordsOf(proc.contentCache, file, async () => readWords(await source.readText()));
}

async function looksOutward(source: Source, whole: WholePackage, context: NodeContext): Promise<boolean> {
  const words = await wordsIn(source, context);
  const depth = source.path.slice(whole.directory.length + 1).split("/").length - 1;
  if (words.isSuspect || words.steps > depth) return true;
  for (const path of words.climbing) if (await leadsOut(path, source.path, { whole, context })) return true;
  for (const name of words.packages) if (await isUndeclared(name, source.path, { whole, context })) return true;
  return false;
}

/** True for a path that leads out of the package, to something that is there. */
async function leadsOut(
  text: string,
  from: AbsPath,
  { whole, context }: { readonly whole: WholePackage; readonly context: NodeContext },
): Promise<boolean> {
  const path = toAbsPath(text, parentOf(from));
  if (isWithin(path, whole.directory)) return false;
  if ((await context.tree.kindOf(path)) !== undefined) return true;
  const found = await context.resolver.resolve(text, parentOf(from), "require");
  return found !== "builtin" && found.length > 0;
}

/** True for an installed package that another package names without a word in its package.json. */
async function isUndeclared(
  name: string,
  from: AbsPath,
  { whole, context }: { readonly whole: WholePackage; readonly context: NodeContext },
): Promise<boolean> {
  if (whole.declared.has(name)) return false;
  if ((await context.resolver.packageDirectory(name, parentOf(from))) === undefined) {
    // A file in `node_modules` is a package as well: `node_modules/to-buffer.js`.
    const found = await context.resolver.resolve(name, parentOf(from), "require");
    if (found === "builtin" || found.length === 0) return false;
  }
  return !(await isForDevelopment(name, from, context.tree));
}

function readWords(text: string): Words {
  const names = new Set<string>();
  for (const [, specifier = ""] of text.matchAll(packageName)) {
    const name = splitSpecifier(specifier)?.name;
    if (name !== undefined && !name.startsWith("node:")) names.add(name);
  }
  const joinsPaths = knowsItsPlace.test(text);
  const isSuspect = suspect.test(text) || mentionsPruned(text, { joinsPaths });
  const steps = joinsPaths ? [...text.matchAll(climbingStep)].length : 0;
  const climbing = new Set([...text.matchAll(climbingPath)].map(([, path = ""]) => path));
  const settings = new Set([...text.matchAll(settingsPath)].map(([, path = ""]) => path));
  return { packages: [...names], isSuspect, climbing: [...climbing], steps, settings: [...settings] };
}

async function* outwardNeedsOf(source: Source, whole: WholePackage, context: NodeContext): AsyncIterable<Yield> {
  const { directory, files } = whole;
  const all = await referencesIn(source, context);
  const references: Reference[] = [];
  for (const one of all) if (await mayLeadOut(one, { source, whole }, context)) references.push(one);
  for await (const found of needsOfReferences(references, source.path, context)) {
    if (!("need" in found)) continue;
    const { path, role } = found.need;
    const isInside = isWithin(path, directory) && !path.slice(directory.length).includes("/node_modules/");
    if (isInside && (files.has(path) || (role === "tree" && !isPrunedDirectory(path.slice(directory.length + 1))))) {
      continue;
    }
    // A name of a package beyond itself may be there for another use of it.
    yield { ...found, from: source.path, need: { ...found.need, evidence: "string", optional: true } };
  }
}

async function mayLeadOut(
  reference: Reference,
  { source, whole }: { readonly source: Source; readonly whole: WholePackage },
  context: NodeContext,
): Promise<boolean> {
  const { kind } = reference;
  if (kind !== "module") return kind === "program" || kind === "command" || kind === "path" || kind === "script";
  const { specifier } = reference;
  const isPath = /^\.{0,2}\//u.test(specifier);
  if (specifier.includes(hole)) return !isPath && !specifier.startsWith(hole);
  const name = splitSpecifier(specifier)?.name;
  if (isPath || name === undefined) return isPath;
  return isUndeclared(name, source.path, { whole, context });
}
