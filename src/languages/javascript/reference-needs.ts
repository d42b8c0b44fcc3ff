import type { Finding, Yield } from "../../closure/model/closure.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { hole } from "../../values/patterns.ts";
import { referencesIn, type Source } from "./cached-references.ts";
import { isDeclared, isDependency, isForBrowsers, isForDevelopment, isForTests } from "./compilers.ts";
import { anyModule, computedNeeds } from "./computed-needs.ts";
import { literalNeeds } from "./literal-needs.ts";
import { markupNeeds } from "./markup-needs.ts";
import { scriptTextNeeds } from "./named-scripts.ts";
import { type NodeContext, roleOf } from "./node-context.ts";
import { loadedNeeds } from "./package-needs.ts";
import { packageRootOf } from "./packages.ts";
import { handedNeeds, type Origin, pathNeeds } from "./place-needs.ts";
import { prefixNeeds } from "./prefix-needs.ts";
import type { Reference } from "./reference.ts";
import { withFoundPaths } from "./resolved-path.ts";
import { splitSpecifier } from "./resolver.ts";
import { commandNeeds, programNeeds } from "./started-programs.ts";

/** The references of one source: modules, programs of workers, files beside it. `path` is real. */
export async function* referenceNeeds(source: Source, context: NodeContext): AsyncIterable<Yield> {
  if (context.proc.prune !== "reachable" && !mentionsOthers(await source.readText())) return;
  yield* needsOfReferences(await referencesIn(source, context), source.path, context);
  if (context.proc.prune === "reachable" && /\.[jt]sx$/u.test(source.path)) yield* markupNeeds(source, context);
}

/** The needs of references of the source at `from`, those with the same answer once. */
export async function* needsOfReferences(
  references: readonly Reference[],
  from: AbsPath,
  context: NodeContext,
): AsyncIterable<Yield> {
  const seen = new Set<string>();
  for (const read of references) {
    const key = keyOf(read);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const reference of await located(read, from, context)) {
      const why = reference === read ? "names it by its own place" : "finds it from the place of a module";
      yield* needsOf(reference, { from, why }, context);
    }
  }
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
    case "handed":
      yield* handedNeeds(reference, from, context);
      break;
    case "made-code": {
      const { line } = reference;
      yield* anyModule({ unknown: { kind: "made-code", line, what: "eval(...)" }, from, isTried: false }, context);
      break;
    }
    case "program":
      yield* programNeeds(reference, from, context);
      break;
    case "command":
      yield* commandNeeds(reference, from, context);
      break;
    case "script-text":
      yield* scriptTextNeeds(reference.text, from, context);
      break;
    case "bundles":
      context.bundling.hasBundler = true;
      break;
    case "types":
      // Only compilers read them.
      break;
    case "renames":
      context.reach.rename(from);
      break;
    case "literal":
      yield* prefixNeeds(reference.text, from, context);
      await holdDevelopment(reference.text, from, context);
      if (context.proc.prune === "reachable") yield* literalNeeds(reference.text, from, context);
      break;
  }
}

/** The reference with the places of the module that it begins at; the same one where it begins at none. */
async function located(reference: Reference, from: AbsPath, context: NodeContext): Promise<readonly Reference[]> {
  const text = "path" in reference ? reference.path : reference.kind === "module" ? reference.specifier : undefined;
  if (text === undefined) return [reference];
  const texts = await withFoundPaths(text, from, context);
  if (texts.length === 1 && texts[0] === text) return [reference];
  return texts.map((location) =>
    reference.kind === "module" ? { ...reference, specifier: location } : { ...reference, path: location },
  );
}

/** Equal for references with the same answer: a module that is found is the same on every line. */
function keyOf(reference: Reference): string {
  if (reference.kind === "literal") return `literal ${reference.text}`;
  if (reference.kind !== "module") {
    const { line: _, ...rest } = { line: 0, ...reference };
    return JSON.stringify(rest);
  }
  const location = reference.specifier.includes(hole) ? reference.line : reference.certainty;
  return `${reference.mode} ${location} ${reference.specifier}`;
}

/** False for a source that refers to no other file: it has none of the words for it. */
export function mentionsOthers(text: string): boolean {
  return /\b(?:require|import|exports?|fork|Worker|cwd|__dirname|__filename|spawn|spawnSync|exec\w*|eval|_load|NODE_OPTIONS|reference types)\b/u.test(
    text,
  );
}

type ModuleReference = Extract<Reference, { readonly kind: "module" }>;

async function* moduleNeeds(reference: ModuleReference, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { specifier, mode, certainty } = reference;
  const found = await context.resolver.resolve(specifier, parentOf(from), mode);
  if (found === "builtin") return;
  for (const path of found) {
    yield* loadedNeeds(path, { evidence: "proved", why: `imports ${specifier}` }, context);
  }
  if (found.length > 0 || certainty === "tried" || specifier.startsWith("data:")) return;
  if (/^https?:/u.test(specifier) && !context.downloads) return;
  if (packageRootOf(from, context.packagePaths) !== undefined) {
    missingPart(reference, from, context);
    return;
  }
  yield* missingModule(reference, from, context);
}

/**
 * A package for development whose name is a text of the application: it is loaded by that name if the source runs, as
 * `{plugin: "server-debug"}` for a server that was installed with all that its developers have.
 */
async function holdDevelopment(text: string, from: AbsPath, context: NodeContext): Promise<void> {
  const { packagePaths, reach, tree } = context;
  // Nearly all texts are the name of nothing.
  if (!/^(?:@[\w.-]+\/)?[\w.-]+(?:\/[\w./-]+)?$/u.test(text) || packageRootOf(from, packagePaths) !== undefined) return;
  if (!(await isForDevelopment(text, from, tree))) return;
  for (const path of await namedModules(text, from, context)) {
    for await (const one of loadedNeeds(path, { evidence: "declared", why: `names ${text}` }, context))
      if ("need" in one) reach.hold({ from, isUsual: true, need: one.need });
  }
}

/** What a text means to its source, else to a dependency that is given the text: it looks from its own place. */
async function namedModules(text: string, from: AbsPath, { resolver, tree }: NodeContext): Promise<readonly AbsPath[]> {
  const own = await resolver.resolve(text, parentOf(from), "require");
  if (own === "builtin" || own.length > 0) return own === "builtin" ? [] : own;
  const scope = await tree.scopeOf(parentOf(from));
  for (const name of (scope && (await tree.packageIn(scope)))?.dependencies ?? []) {
    const place = await resolver.packageDirectory(name, parentOf(from));
    const real = place && (await tree.realPath(place));
    const found = real === undefined ? [] : await resolver.resolve(text, real, "require");
    if (found !== "builtin" && found.length > 0) return found;
  }
  return [];
}

/** A package that lacks a part of itself was not installed whole. What it lacks of others is often optional. */
function missingPart(reference: ModuleReference, from: AbsPath, context: NodeContext): void {
  const { specifier, certainty, line } = reference;
  if (certainty !== "certain" || !/^\.\.?\//u.test(specifier)) return;
  const finding: Finding = {
    severity: "warning",
    code: "MODULE_MISSING",
    message: `cannot find module ${specifier}: imported at ${from}:${line}, not in its package`,
    path: from,
    hint: "install the package again in the builder: a part of it is not there",
  };
  context.reach.hold({ from, finding, isUsual: true });
}

async function* missingModule(reference: ModuleReference, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { specifier, mode } = reference;
  const others = await context.compiler.resolve(specifier, parentOf(from), mode);
  if (context.hasLoader && others !== "builtin") {
    for (const path of others) {
      yield { need: { path, role: roleOf(path), evidence: "rule", why: `may import ${specifier} through a loader` } };
    }
    if (others.length > 0) return;
  }
  const isDevelopment = await isForDevelopment(specifier, from, context.tree);
  const name = splitSpecifier(specifier)?.name;
  const isThere = name !== undefined && (await context.resolver.packageDirectory(name, parentOf(from))) !== undefined;
  const isWanted = !isThere && (await isDependency(specifier, from, context.tree));
  context.reach.hold({
    from,
    name: name === undefined ? undefined : specifier,
    finding: missingFinding(reference, from, { isDevelopment, isWanted }),
    isUsual:
      isDevelopment ||
      others.length > 0 ||
      (await isDeclared(specifier, from, context.tree)) ||
      isForBrowsers(from, context.proc.appRoot) ||
      isForTests(from, context.proc.appRoot),
  });
}

function missingFinding(
  reference: ModuleReference,
  from: AbsPath,
  { isDevelopment, isWanted }: { readonly isDevelopment: boolean; readonly isWanted: boolean },
): Finding {
  const name = splitSpecifier(reference.specifier)?.name;
  const isDownloaded = /^(?:npm|jsr|https?):/u.test(reference.specifier);
  return {
    severity: reference.certainty === "certain" ? "error" : "warning",
    code: "MODULE_MISSING",
    message: `cannot find module ${reference.specifier}: imported at ${from}:${reference.line}, not installed there`,
    path: from,
    hint: isDownloaded
      ? "download it in the builder (`deno install`), and give builder and image the same DENO_DIR"
      : isWanted
        ? "install the dependencies; where they lie in the context, .dockerignore has to leave node_modules in"
        : reference.specifier.startsWith("#")
          ? 'give the name a file in "imports" of package.json'
          : isDevelopment
            ? `move ${name ?? reference.specifier} from devDependencies to dependencies in package.json`
            : name !== undefined
              ? `add ${name} to the dependencies of package.json`
              : "check that the app's include and exclude patterns, and .dockerignore, leave the file in",
  };
}

async function* scriptNeeds(text: string, context: NodeContext): AsyncIterable<Yield> {
  const path = toAbsPath(text, context.proc.workdir);
  if ((await context.tree.kindOf(path)) !== "file") return;
  yield { need: { path, role: roleOf(path), evidence: "proved", why: "starts it as a worker or child" } };
}
