import type { Yield } from "../../closure/model/closure.ts";
import { namesIn } from "../../rootfs/listings.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { hole } from "../../values/patterns.ts";
import { isModuleSource, isPartOfTree, isSettings } from "./module-sources.ts";
import { type NodeContext, roleOf } from "./node-context.ts";
import type { PackageJson } from "./package-json.ts";
import { loadedNeeds } from "./package-needs.ts";
import { packageRootOf } from "./packages.ts";
import { patternNeeds } from "./place-needs.ts";
import { isPrunedDirectory } from "./prune.ts";
import { splitSpecifier } from "./resolver.ts";

/** At `reachable`: a text that is the name of a dependency, or a path from the source or the working directory. */
export async function* literalNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  if (/^(?:\.\/)?node_modules\/[^\s]*\*/u.test(text)) {
    const path = toAbsPath(text, context.proc.workdir);
    yield* patternNeeds(path, { kind: "listed-directory", what: JSON.stringify(text) }, context);
    return;
  }
  if (!mayBeName(text)) return;
  yield* installedNeeds(text, from, context);
  const dependency = await dependencyNeeds(text, from, context);
  if (dependency.length > 0) {
    yield* dependency;
    return;
  }
  const isPackage = packageRootOf(from, context.packagePaths) !== undefined;
  yield* isPackage ? besideNeeds(text, from, context) : workdirNeeds(text, from, context);
}

/**
 * The package, or all of a scope, that a source of the application names by the end of its place: a server gives
 * browsers `root + "/node_modules/@fonts"`.
 */
async function* installedNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { tree, packagePaths } = context;
  const name = /^\/?node_modules\/((?:@[\w.-]+(?:\/[\w.-]+)?)|[\w.-]+)\/?$/u.exec(text)?.[1];
  if (name === undefined || packageRootOf(from, packagePaths) !== undefined) return;
  const scope = await tree.scopeOf(parentOf(from));
  const place = scope === undefined ? undefined : toAbsPath(`node_modules/${name}`, scope);
  if (place === undefined || (await tree.kindOf(place)) !== "directory") return;
  const isScope = name.startsWith("@") && !name.includes("/");
  const names = isScope ? ((await tree.root.readDirectory(place)) ?? []) : [];
  for (const path of isScope ? names.map((one) => toAbsPath(one, place)) : [place]) {
    const real = (await tree.realPath(path)) ?? path;
    const bound = { kind: "package", path: real } as const;
    yield { unknown: { kind: "listed-directory", what: JSON.stringify(text), bound } };
  }
}

/**
 * At `reachable`: what a file of data names. Settings name dependencies and files beside them, and code reads both by
 * names that it does not have itself.
 */
export async function* dataNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const isPackage = packageRootOf(from, context.packagePaths) !== undefined;
  for (const word of new Set(text.match(/[@.\w][\w@./-]{1,200}/gu))) {
    if (!mayBeName(word)) continue;
    const dependency = await dependencyNeeds(word, from, context);
    yield* dependency;
    if (dependency.length === 0 && isPackage) yield* besideNeeds(word, from, context);
  }
}

function mayBeName(text: string): boolean {
  return (
    text.length >= 2 &&
    text.length <= 4096 &&
    !text.includes(hole) &&
    !/[\s:*?<>|]/u.test(text) &&
    !/^\.{0,2}\/*$/u.test(text)
  );
}

/** A text that is the name of a dependency of the package that the source is of: data and registries name them so. */
async function dependencyNeeds(text: string, from: AbsPath, context: NodeContext): Promise<readonly Yield[]> {
  const { tree, resolver } = context;
  const name = splitSpecifier(text)?.name;
  const scope = name === undefined ? undefined : await tree.scopeOf(parentOf(from));
  const json = scope && (await tree.packageIn(scope));
  if (name === undefined || json === undefined) return [];
  if (!json.dependencies.includes(name)) return shortNeeds(name, { from, json }, context);
  const installed = await resolver.packageDirectory(name, parentOf(from));
  const found = await modulesOf(text, from, context);
  if (found === "builtin") return [];
  const why = `names its dependency ${text}`;
  const needs: Yield[] = [];
  for (const path of found)
    for await (const one of loadedNeeds(path, { evidence: "declared", why }, context)) needs.push(one);
  if (installed === undefined || (text !== name && found.length > 0)) return needs;
  if (found.length > 0 && !isPartOf(await tree.packageIn(installed), json.name)) return needs;
  const path = (await tree.realPath(installed)) ?? installed;
  needs.push({ need: { path: toAbsPath("package.json", installed), role: "module", evidence: "declared", why } });
  needs.push({ unknown: { kind: "computed-name", what: `the dependency ${name}`, bound: { kind: "package", path } } });
  return needs;
}

/** What a name leads to for whoever takes it, by `require` or by `import`. */
async function modulesOf(
  name: string,
  from: AbsPath,
  { resolver }: NodeContext,
): Promise<readonly AbsPath[] | "builtin"> {
  const required = await resolver.resolve(name, parentOf(from), "require");
  const imported = await resolver.resolve(name, parentOf(from), "import");
  if (required === "builtin" || imported === "builtin") return "builtin";
  return [...new Set([...required, ...imported])];
}

/** Settings say `standard` for `eslint-config-standard`, and `n/no-path-concat` for `eslint-plugin-n`. */
async function shortNeeds(
  word: string,
  { from, json }: { readonly from: AbsPath; readonly json: PackageJson },
  context: NodeContext,
): Promise<readonly Yield[]> {
  const meant = json.dependencies.filter((name) => name.endsWith(`-${word}`));
  const needs: Yield[] = [];
  for (const name of meant) {
    const found = await modulesOf(name, from, context);
    const because = { evidence: "declared", why: `names ${word} of ${name}` } as const;
    for (const path of found === "builtin" ? [] : found)
      for await (const one of loadedNeeds(path, because, context)) needs.push(one);
  }
  return needs;
}

/**
 * True for a package that says that it is a part of another: `egg-session` of `egg`, and one with settings in a field
 * `eggPlugin`. Who names it reads its files by names of his own, as he does where it has no module by its name.
 */
function isPartOf(json: PackageJson | undefined, owner: string | undefined): boolean {
  if (owner === undefined || json?.name === undefined) return false;
  const fields = [...json.settings.keys()].filter((field) => field.startsWith(owner));
  return json.name.startsWith(`${owner}-`) || fields.some((field) => /^[A-Z]/u.test(field.slice(owner.length)));
}

/**
 * A file that lies where a package's source says its name, however it got the directory: data as
 * `directory + "code.wasm"`, and a module as `load("./part")`.
 */
async function* besideNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { resolver, packagePaths } = context;
  const directory = parentOf(from);
  if (/^\.\.?\//u.test(text)) {
    const owner = packageRootOf(from, packagePaths);
    const found = await resolver.resolve(text, directory, "require");
    for (const path of found === "builtin" ? [] : found) {
      if (owner === undefined || !isWithin(path, owner)) continue;
      const isRead = isModuleSource(path, context) || isSettings(path) || path.endsWith(".node");
      const role = isRead ? roleOf(path) : "file";
      yield { need: { path, role, evidence: "string", why: `names ${text}`, optional: true } };
    }
    yield* writtenDirectory(text, { from, owner, hasModule: found.length > 0 }, context);
  }
  if (/^[\w-]{3,40}(?:\/[\w-]{1,40}){0,3}$/u.test(text)) yield* directoryNeeds(text, from, context);
  const isFile = /^[^/].*\.[a-z][a-z\d]{1,7}$|^[A-Z][A-Z\d_-]{2,30}$/u.test(text);
  if (!isFile || text === "package.json" || isModuleSource(text, context)) return;
  const path = await fileAtOrAbove(text, from, context);
  if (path === undefined) return;
  const role = roleOf(path) === "object" ? "object" : isSettings(path) ? "module" : "file";
  yield { need: { path, role, evidence: "declared", why: `names ${text}` } };
}

/** A directory of a package that a source names as a path: who is given it may list it, and load what is there. */
async function* writtenDirectory(
  text: string,
  {
    from,
    owner,
    hasModule,
  }: { readonly from: AbsPath; readonly owner: AbsPath | undefined; readonly hasModule: boolean },
  { tree }: NodeContext,
): AsyncIterable<Yield> {
  const path = toAbsPath(text, parentOf(from));
  // What ends in a slash begins names of modules.
  if (
    hasModule ||
    text.endsWith("/") ||
    owner === undefined ||
    path === owner ||
    !isWithin(path, owner) ||
    isWithin(from, path)
  )
    return;
  if ((await tree.kindOf(path)) !== "directory") return;
  yield { unknown: { kind: "listed-directory", what: JSON.stringify(text), bound: { kind: "directory", path } } };
}

/** A file beside a package's source, or in a directory of the package above it: names are looked for upwards. */
async function fileAtOrAbove(
  text: string,
  from: AbsPath,
  { tree, packagePaths }: NodeContext,
): Promise<AbsPath | undefined> {
  const owner = packageRootOf(from, packagePaths);
  const [first = ""] = text.split("/");
  for (let at = parentOf(from); ; at = parentOf(at)) {
    const path = (await namesIn(tree.root, at)).has(first) ? toAbsPath(text, at) : undefined;
    if (path !== undefined && isWithin(path, at) && (await tree.kindOf(path)) === "file") return path;
    if (owner === undefined || at === owner || at === "/" || text.includes("/")) return undefined;
  }
}

/**
 * A directory of data that lies beside a package's source, or at the package's root, under a name which the source has:
 * whoever calls it may give it the directory above, as `join(template, "static")`.
 */
async function* directoryNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { tree, proc, packagePaths } = context;
  const owner = packageRootOf(from, packagePaths);
  if (owner === undefined || isPrunedDirectory(text)) return;
  const [first = ""] = text.split("/");
  for (const base of new Set([parentOf(from), owner])) {
    // Nearly all texts are the name of nothing.
    if (!(await namesIn(tree.root, base)).has(first)) continue;
    const path = toAbsPath(text, base);
    if (isWithin(from, path) || (await tree.kindOf(path)) !== "directory") continue;
    const names = (await proc.root.readDirectory(path)) ?? [];
    // Modules are required by their names.
    if (!names.some(isData) && !(await hasData(path, names, context))) continue;
    yield { unknown: { kind: "listed-directory", what: JSON.stringify(text), bound: { kind: "directory", path } } };
  }
}

function isData(name: string): boolean {
  return name !== "package.json" && /\.(?!(?:[cm]?[jt]sx?|map|md)$)\w+$/u.test(name);
}

/** True where a directory in this one has a file other than code. */
async function hasData(path: AbsPath, names: readonly string[], context: NodeContext): Promise<boolean> {
  for (const name of names) {
    const inner = name.includes(".") ? undefined : await context.proc.root.readDirectory(toAbsPath(name, path));
    if (inner?.some(isData) === true) return true;
  }
  return false;
}

async function* workdirNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { proc, tree } = context;
  if (proc.appRoot === undefined) return;
  yield* conventionalSettings(text, proc.appRoot, context);
  const path = toAbsPath(text, proc.workdir);
  const kind = await tree.kindOf(path);
  if (!isWithin(path, proc.appRoot) || path === proc.appRoot || kind === undefined || isWithin(from, path)) return;
  const why = `names ${text}`;
  if (kind === "file") yield { need: { path, role: "file", evidence: "declared", why } };
  else if (!path.includes("/node_modules")) {
    yield { need: { path, role: "tree", evidence: "declared", why, skip: (inner) => !isPartOfTree(inner) } };
  } else if (packageRootOf(toAbsPath("*", path), context.packagePaths) !== undefined) {
    const unknown = { kind: "computed-name", what: JSON.stringify(text), bound: { kind: "directory", path } } as const;
    // All that is installed is of interest to tools for developers as well, which nothing starts.
    if (path.endsWith("/node_modules")) context.reach.hold({ from, unknown, isUsual: true });
    else yield { unknown };
  }
}

/**
 * Settings that libraries look for by the name of a tool: `.shoprc.yaml`, `shop.config.mjs` and `.config/shop.toml` of
 * `cosmiconfig("shop")`.
 */
async function* conventionalSettings(
  name: string,
  appRoot: AbsPath,
  { tree, proc }: NodeContext,
): AsyncIterable<Yield> {
  if (!/^[A-Za-z][\w-]{1,40}$/u.test(name)) return;
  for (const directory of new Set([appRoot, proc.workdir].flatMap((one) => [one, toAbsPath(".config", one)]))) {
    for (const file of await namesIn(tree.root, directory)) {
      const bare = file.replace(/^\./u, "");
      const rest = bare.startsWith(name) ? bare.slice(name.length) : "";
      if (!/^(?:rc|\.config)?(?:\.(?:json[5c]?|ya?ml|toml|[cm]?[jt]s))?$/u.test(rest) || rest === "") continue;
      if (/^\.[cm]?[jt]s$/u.test(rest)) continue;
      const path = toAbsPath(file, directory);
      const why = `looks for settings of ${name}`;
      yield { need: { path, role: roleOf(path), evidence: "string", why, optional: true } };
    }
  }
}
