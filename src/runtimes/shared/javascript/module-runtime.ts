import type { LayerName, Need, ProcessContext, Runtime, Yield } from "../../../closure/model/closure.ts";
import { type AbsPath, baseName, isWithin, parentOf, toAbsPath } from "../../../rootfs/rootfs.ts";
import type { NodeCommand } from "./arguments.ts";
import { compilerResolver } from "./compilers.ts";
import type { ModuleTree } from "./module-tree.ts";
import { type NodeContext, roleOf } from "./node-context.ts";
import { packageNeeds, scopeNeeds } from "./package-needs.ts";
import { packageScriptNeeds } from "./package-scripts.ts";
import { packageRootOf } from "./packages.ts";
import { trackReach } from "./reach.ts";
import { referenceNeeds } from "./reference-needs.ts";
import { moduleResolver, type ResolutionDialect } from "./resolver.ts";

/** What differs between run-times that load modules as Node does. */
export interface ModuleDialect {
  readonly resolution: ResolutionDialect;
  readonly runsTypeScript: boolean;
  /** True where modules may have addresses, and lie in a cache once they were downloaded. */
  readonly downloads?: boolean;
  readonly command: NodeCommand;
  readonly searchPaths: readonly AbsPath[];
  /** Directories that hold installed packages though they are no `node_modules`. */
  readonly packagePaths: readonly AbsPath[];
  /** What starting the program needs beside the modules. */
  start(): AsyncIterable<Yield>;
  /** What reading a source needs beside what it names. */
  source?(path: AbsPath): AsyncIterable<Yield>;
  probe?: Runtime["probe"];
}

/** Loads a program and its modules. */
export function startModules(process: ProcessContext, tree: ModuleTree, dialect: ModuleDialect): Runtime {
  const { command, packagePaths, searchPaths, runsTypeScript } = dialect;
  const resolver = moduleResolver(tree, {
    conditions: command.conditions,
    searchPaths,
    dialect: dialect.resolution,
  });
  const layerOf = (path: AbsPath): LayerName | undefined => {
    if (packageRootOf(path, packagePaths) !== undefined) return "dependencies";
    const homes = [process.appRoot, process.workdir === "/" ? undefined : process.workdir];
    return homes.some((home) => home !== undefined && isWithin(path, home)) ? "app" : undefined;
  };
  const reach = trackReach();
  const context: NodeContext = {
    process,
    tree,
    resolver,
    compiler: compilerResolver(tree, command.conditions),
    hasLoader: command.preloads.length > 0,
    reach,
    packagePaths,
    wholePackages: new Set(),
    runsTypeScript,
    downloads: dialect.downloads === true,
  };
  const asked = new Set<AbsPath>();

  async function* start(): AsyncIterable<Yield> {
    yield* dialect.start();
    for (const { path, option, optional } of command.files) {
      yield {
        need: {
          path: toAbsPath(path, process.workdir),
          role: "file",
          evidence: "declared",
          why: `reads the file of ${option}`,
          optional,
        },
      };
    }
    for (const { specifier, mode, option } of command.preloads) {
      const found = await resolver.resolve(specifier, process.workdir, mode);
      if (found === "builtin") continue;
      const missing = toAbsPath(specifier, process.workdir);
      for (const path of found.length > 0 ? found : [missing]) yield await begin(path, `loads the module of ${option}`);
    }
    if (command.code !== undefined) {
      const code = { path: toAbsPath("[eval]", process.workdir), text: command.code };
      reach.begin(code.path);
      yield* followed(code.path, referenceNeeds(code, context));
    }
    if (command.script !== undefined) {
      const path = await scriptPath(command.script);
      yield await begin(path, "runs the program of its arguments");
      const real = (await tree.realPath(path)) ?? path;
      const args = process.args.slice(process.args.indexOf(command.script) + 1);
      for await (const need of packageScriptNeeds({ real, args }, context)) yield { need, from: real };
    }
    for (const path of process.entries) yield await begin(path, "is an entry of the application");
    if (process.appRoot !== undefined) {
      const path = toAbsPath("package.json", process.appRoot);
      if ((await tree.kindOf(path)) === "file") yield moduleNeed(path, "has the dependencies of the application");
    }
  }

  /** node finds its program as `require` would, but by its path alone. */
  async function scriptPath(script: string): Promise<AbsPath> {
    const path = toAbsPath(script, process.workdir);
    const found = await resolver.resolve(script.endsWith("/") ? `${path}/` : path, process.workdir, "require");
    return found === "builtin" ? path : (found[0] ?? path);
  }

  async function* needs(path: AbsPath): AsyncIterable<Yield> {
    const real = await tree.realPath(path);
    if (real === undefined || asked.has(real)) return;
    asked.add(real);
    if (baseName(real) === "package.json") {
      yield* located(packageNeeds(parentOf(real), context));
      return;
    }
    yield* located(scopeNeeds(real, context));
    if (!isSource(real)) return;
    // Whole packages come along unless only what is reached does: their sources need no reading.
    const isPackage = packageRootOf(real, packagePaths) !== undefined;
    if (isPackage && process.prune !== "reachable") return;
    if (dialect.source !== undefined) yield* located(dialect.source(real));
    const text = await tree.readText(real);
    if (text !== undefined) yield* followed(real, referenceNeeds({ path: real, text }, context));
  }

  /** Remembers which modules a source leads to. */
  async function* followed(from: AbsPath, yields: AsyncIterable<Yield>): AsyncIterable<Yield> {
    for await (const found of located(yields)) {
      yield found;
      if (!("need" in found) || found.need.role !== "module") continue;
      reach.follow(from, (await tree.realPath(found.need.path)) ?? found.need.path);
    }
  }

  async function begin(path: AbsPath, why: string): Promise<Yield> {
    reach.begin((await tree.realPath(path)) ?? path);
    return moduleNeed(path, why);
  }

  async function* settle(): AsyncIterable<Yield> {
    yield* reach.release();
  }

  async function* located(yields: AsyncIterable<Yield>): AsyncIterable<Yield> {
    for await (const found of yields) yield "need" in found ? { need: withLayer(found.need) } : found;
  }

  function withLayer(need: Need): Need {
    const layer = need.layer ?? layerOf(need.path);
    return layer === undefined ? need : { ...need, layer };
  }

  function moduleNeed(path: AbsPath, why: string): Yield {
    return { need: withLayer({ path, role: roleOf(path), evidence: "proved", why }) };
  }

  return {
    start,
    needs,
    settle,
    ...(dialect.probe === undefined ? {} : { probe: dialect.probe }),
  };
}

function isSource(path: AbsPath): boolean {
  const name = baseName(path);
  // Declarations of types are for compilers alone.
  if (/\.d\.(?:[^.]+\.)?[cm]?ts$/u.test(name)) return false;
  return !name.includes(".") || /\.(?:[cm]?[jt]s|[jt]sx)$/u.test(name);
}
