import type { Finding, Yield } from "../../../closure/model/closure.ts";
import { type AbsPath, childOf, isWithin, parentOf, toAbsPath } from "../../../rootfs/rootfs.ts";
import { isForBrowsers, isForDevelopment } from "./compilers.ts";
import { hole } from "./evaluate.ts";
import { type NodeContext, roleOf } from "./node-context.ts";
import { wholePackage } from "./package-needs.ts";
import { packageRootOf } from "./packages.ts";
import { type Reference } from "./reference.ts";
import { readReferences } from "./references.ts";
import { withFoundPaths } from "./resolved-path.ts";
import { splitSpecifier } from "./resolver.ts";

/** What one source names: modules, programs of workers, files beside it. `path` is real. */
export async function* referenceNeeds(
  source: { readonly path: AbsPath; readonly text: string },
  context: NodeContext,
): AsyncIterable<Yield> {
  const { proc } = context;
  if (proc.prune !== "reachable" && !mentionsOthers(source.text)) return;
  const seen = new Set<string>();
  for (const read of readReferences({ ...source, workdir: proc.workdir })) {
    const key = keyOf(read);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const reference of await located(read, source.path, context)) {
      const why = reference === read ? "names it by its own place" : "finds it from the place of a module";
      yield* needsOf(reference, { from: source.path, why }, context);
    }
  }
}

interface Origin {
  readonly from: AbsPath;
  /** The reason for a path that is put together. */
  readonly why: string;
}

async function* needsOf(reference: Reference, origin: Origin, context: NodeContext): AsyncIterable<Yield> {
  const { from } = origin;
  switch (reference.kind) {
    case "module":
      yield* reference.specifier.includes(hole)
        ? computedNeeds(reference, from, context)
        : moduleNeeds(reference, from, context);
      break;
    case "script":
      yield* scriptNeeds(reference.path, context);
      break;
    case "path":
      yield* pathNeeds(toAbsPath(reference.path), origin, context);
      break;
    case "literal":
      if (context.proc.prune === "reachable") yield* literalNeeds(reference.text, from, context);
      break;
  }
}

/** The reference with the places of the module that it begins at; the same one where it begins at none. */
async function located(reference: Reference, from: AbsPath, context: NodeContext): Promise<readonly Reference[]> {
  if (reference.kind === "literal") return [reference];
  const text = reference.kind === "module" ? reference.specifier : reference.path;
  const texts = await withFoundPaths(text, from, context);
  if (texts.length === 1 && texts[0] === text) return [reference];
  return texts.map((location) =>
    reference.kind === "module" ? { ...reference, specifier: location } : { ...reference, path: location },
  );
}

/** Equal for references with the same answer: a module that is found is the same on every line. */
function keyOf(reference: Reference): string {
  if (reference.kind !== "module") return `${reference.kind} ${"path" in reference ? reference.path : reference.text}`;
  const location = reference.specifier.includes(hole) ? reference.line : reference.certainty;
  return `${reference.mode} ${location} ${reference.specifier}`;
}

/** False for a source that refers to no other file: it has none of the words for it. */
export function mentionsOthers(text: string): boolean {
  return /\b(?:require|import|export|fork|Worker|cwd|__dirname|__filename)\b/u.test(text);
}

type ModuleReference = Extract<Reference, { readonly kind: "module" }>;

async function* moduleNeeds(reference: ModuleReference, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { specifier, mode, certainty } = reference;
  const found = await context.resolver.resolve(specifier, parentOf(from), mode);
  if (found === "builtin") return;
  for (const path of found) {
    yield { need: { path, role: roleOf(path), evidence: "proved", why: `imports ${specifier}` } };
  }
  const isPackage = packageRootOf(from, context.packagePaths) !== undefined;
  if (found.length > 0 || isPackage || certainty === "tried" || specifier.startsWith("data:")) return;
  if (/^https?:/u.test(specifier) && !context.downloads) return;
  const others = await context.compiler.resolve(specifier, parentOf(from), mode);
  if (context.hasLoader && others !== "builtin") {
    for (const path of others) {
      yield { need: { path, role: roleOf(path), evidence: "rule", why: `may import ${specifier} through a loader` } };
    }
    if (others.length > 0) return;
  }
  const isDevelopment = await isForDevelopment(specifier, from, context.tree);
  context.reach.hold({
    from,
    finding: missingModule(reference, from, isDevelopment),
    isUsual: isDevelopment || others.length > 0 || isForBrowsers(from, context.proc.appRoot),
  });
}

function missingModule(reference: ModuleReference, from: AbsPath, isDevelopment: boolean): Finding {
  const name = splitSpecifier(reference.specifier)?.name;
  const isDownloaded = /^(?:npm|jsr|https?):/u.test(reference.specifier);
  return {
    severity: reference.certainty === "certain" ? "error" : "warning",
    code: "MODULE_MISSING",
    message: `cannot find module ${reference.specifier}: imported at ${from}:${reference.line}, not installed there`,
    path: from,
    hint: isDownloaded
      ? "download it in the builder (`deno install`), and give builder and image the same DENO_DIR"
      : isDevelopment
        ? `move ${name ?? reference.specifier} from devDependencies to dependencies in package.json`
        : name !== undefined
          ? `add ${name} to the dependencies of package.json`
          : "check that the app's include and exclude patterns, and .dockerignore, leave the file in",
  };
}

/** `require("./plugins/" + name)`: the modules that the known part of the name allows. */
async function* computedNeeds(reference: ModuleReference, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { specifier } = reference;
  const owner = packageRootOf(from, context.packagePaths);
  const prefix = specifier.slice(0, specifier.indexOf(hole));
  const directory = await knownDirectory(prefix, from, context);
  if (directory !== undefined) {
    const start = prefix.slice(prefix.lastIndexOf("/") + 1);
    const end = specifier.slice(specifier.lastIndexOf(hole) + 1);
    const isGiven = owner !== undefined && directory === context.proc.workdir && homeOf(context) !== undefined;
    for await (const path of isGiven ? modulesOfCommand(context) : modulesIn(directory, context)) {
      const name = path.slice(directory.length + 1);
      if (!name.startsWith(start) || !(name.endsWith(end) || end === "")) continue;
      const why = `may import it as ${specifier.replaceAll(hole, "*")}`;
      yield { need: { path, role: roleOf(path), evidence: "rule", why } };
    }
    return;
  }
  if (owner !== undefined) {
    // Nobody can tell which of its files such a package loads.
    yield* wholePackage(owner, "safe", context);
    return;
  }
  if (reference.certainty === "tried") return;
  context.reach.hold({
    from,
    finding: {
      severity: "warning",
      code: "REQUIRE_COMPUTED",
      message: `cannot follow an import: its name is computed at ${from}:${reference.line}`,
      path: from,
      hint: "name what it loads in closure.include, or in app.entry",
    },
    isUsual: isForBrowsers(from, context.proc.appRoot),
  });
}

/** The application, where it comes along whole and the program starts in it. */
function homeOf({ proc: { appRoot, workdir } }: NodeContext): AbsPath | undefined {
  return appRoot !== undefined && isWithin(workdir, appRoot) ? appRoot : undefined;
}

/**
 * What a package may load from the working directory: whatever is in the application may be meant, and comes along without it, so that only
 * those modules are sure to run that the command names.
 */
async function* modulesOfCommand(context: NodeContext): AsyncIterable<AbsPath> {
  const { args, workdir } = context.proc;
  for (const argument of args) {
    const path = toAbsPath(argument, workdir);
    if (isSource(path, context) && (await context.tree.kindOf(path)) === "file") yield path;
  }
}

/** The directory that a computed name surely lies in; undefined when its known part says too little. */
async function knownDirectory(prefix: string, from: AbsPath, context: NodeContext): Promise<AbsPath | undefined> {
  const slash = prefix.lastIndexOf("/");
  if (slash <= 0) return undefined;
  const known = prefix.slice(0, slash);
  if (/^(?:\.\.?(?:\/|$)|\/)/u.test(known)) {
    const directory = toAbsPath(known, parentOf(from));
    return (await context.tree.kindOf(directory)) === "directory" && directory !== "/" ? directory : undefined;
  }
  const split = splitSpecifier(known);
  const root = split && (await context.resolver.packageDirectory(split.name, parentOf(from)));
  const directory = root && toAbsPath(split.subpath, root);
  return directory && (await context.tree.kindOf(directory)) === "directory" ? directory : undefined;
}

/** Modules of a directory, and the index of each directory in it. */
async function* modulesIn(directory: AbsPath, context: NodeContext): AsyncIterable<AbsPath> {
  for (const name of (await listDirectory(directory, context)) ?? []) {
    const path = childOf(directory, name);
    const kind = await context.tree.kindOf(path);
    if (kind === "file" && (/\.(?:json|node)$/u.test(name) || isSource(name, context))) yield path;
    if (kind !== "directory" || name === "node_modules" || name.startsWith(".")) continue;
    const index = await context.resolver.resolve(`${path}/`, directory, "require");
    if (index !== "builtin") yield* index;
  }
}

function isSource(path: string, { runsTypeScript }: NodeContext): boolean {
  return /\.[cm]?js$/u.test(path) || (runsTypeScript && /\.(?:[cm]?ts|[jt]sx)$/u.test(path));
}

async function listDirectory(path: AbsPath, context: NodeContext): Promise<readonly string[] | undefined> {
  const real = await context.tree.realPath(path);
  return real && (await context.proc.root.readDirectory(real));
}

async function* scriptNeeds(text: string, context: NodeContext): AsyncIterable<Yield> {
  const path = toAbsPath(text, context.proc.workdir);
  if ((await context.tree.kindOf(path)) !== "file") return;
  yield { need: { path, role: roleOf(path), evidence: "proved", why: "starts it as a worker or child" } };
}

async function* pathNeeds(path: AbsPath, { from, why }: Origin, context: NodeContext): AsyncIterable<Yield> {
  const kind = await context.tree.kindOf(path);
  if (kind === undefined || path === from) return;
  if (kind === "file") {
    const role = path.endsWith(".node") || isSource(path, context) ? roleOf(path) : "file";
    yield { need: { path, role, evidence: "proved", why } };
    return;
  }
  // The directory of the source, or one above, is only a step on the way to something else.
  if (isWithin(from, path) || path.endsWith("/node_modules") || context.proc.prune === "none") return;
  const owner = packageRootOf(childOf(path, "*"), context.packagePaths);
  // All of the application comes along at `safe`, and of a package what it does not keep for those who test or read it.
  if (context.proc.prune === "safe" && (owner === undefined || owner === path)) return;
  // `path.sep + "bin"` is looked for in other paths.
  const { appRoot, workdir } = context.proc;
  const homes = [owner, appRoot, workdir === "/" ? undefined : workdir];
  if (!homes.some((home) => home !== undefined && isWithin(path, home))) return;
  const skip = (inner: AbsPath): boolean => /\/(?:node_modules|\.git)$/u.test(inner);
  yield { need: { path, role: "tree", evidence: "proved", why, skip } };
}

/** A file of data that lies where a package's source says its name: `directory + "code.wasm"`, however it got the directory. */
async function* besideNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  if (!/^[^/].*\.[a-z][a-z\d]{1,7}$/u.test(text) || text === "package.json" || isSource(text, context)) return;
  const path = toAbsPath(text, parentOf(from));
  if (!isWithin(path, parentOf(from)) || (await context.tree.kindOf(path)) !== "file") return;
  yield {
    need: { path, role: roleOf(path) === "object" ? "object" : "file", evidence: "declared", why: `names ${text}` },
  };
}

/** At `reachable`: a text of the application that is a dependency's name, or a path from the working directory. */
async function* literalNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  if (
    text.length < 2 ||
    text.length > 200 ||
    text.includes(hole) ||
    /[\s:*?<>|]/u.test(text) ||
    /^\.{0,2}\/*$/u.test(text)
  )
    return;
  if (packageRootOf(from, context.packagePaths) !== undefined) {
    yield* besideNeeds(text, from, context);
    return;
  }
  const { proc, tree, resolver } = context;
  const scope = await tree.scopeOf(parentOf(from));
  const name = splitSpecifier(text)?.name;
  if (
    scope !== undefined &&
    name !== undefined &&
    (await tree.packageIn(scope))?.dependencies.includes(name) === true
  ) {
    const found = await resolver.resolve(text, parentOf(from), "require");
    for (const path of found === "builtin" ? [] : found) {
      yield { need: { path, role: roleOf(path), evidence: "declared", why: `names its dependency ${text}` } };
    }
    return;
  }
  if (proc.appRoot === undefined) return;
  const path = toAbsPath(text, proc.workdir);
  if (!isWithin(path, proc.appRoot) || path === proc.appRoot || (await tree.kindOf(path)) === undefined) return;
  if (/\/node_modules(?:\/|$)/u.test(path) || isWithin(from, path)) return;
  const skip = (inner: AbsPath): boolean => /\/(?:node_modules|\.git)$/u.test(inner);
  const role = (await tree.kindOf(path)) === "directory" ? "tree" : "file";
  yield { need: { path, role, evidence: "declared", why: `names ${text}`, skip } };
}
