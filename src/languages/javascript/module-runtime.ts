import type { LayerName, Need, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import { sharedFiles } from "../../rootfs/listings.ts";
import { type AbsPath, baseName, isWithin, parentOf, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { type EvaluationSyntax, evaluatedFiles } from "../evaluated-files.ts";
import type { NodeCommand } from "./arguments.ts";
import { bundledNeeds } from "./bundled-needs.ts";
import { sourceIn, textSource } from "./cached-references.ts";
import { compilerResolver } from "./compilers.ts";
import { DeclarationNeeds } from "./declaration-needs.ts";
import { HeldCommands } from "./held-commands.ts";
import { dataNeeds, literalNeeds } from "./literal-needs.ts";
import { isSettings } from "./module-sources.ts";
import type { ModuleTree } from "./module-tree.ts";
import { NamedPlugIns } from "./named-plug-ins.ts";
import { type Bundling, type NodeContext, roleOf, type Setting } from "./node-context.ts";
import { outwardNeeds } from "./outward-needs.ts";
import { isOwnTool } from "./own-tools.ts";
import type { PackageJson } from "./package-json.ts";
import { packageNeeds, releasedSettings, scopeNeeds, wholePackage } from "./package-needs.ts";
import { packageScriptNeeds, runScriptNeeds } from "./package-scripts.ts";
import { packageRootOf } from "./packages.ts";
import { pathNeeds } from "./path-needs.ts";
import { plugInNeeds } from "./plug-ins.ts";
import { type Reach, trackReach } from "./reach.ts";
import { referenceNeeds } from "./reference-needs.ts";
import { moduleResolver, type ResolutionDialect } from "./resolver.ts";

/** How a source shows that it runs as code what it reads. */
export const nodeEvaluation: EvaluationSyntax = {
  runs: /(?<![\w.$])eval\s*\(|\bnew\s+Function\b|\brunIn(?:This|New)?Context\b|\bnew\s+(?:vm\.)?Script\b|\bcompileFunction\b/u,
  reads: /\breadFile(?:Sync)?\b/u,
};

/** Differences between run-times that load modules as Node does. */
export interface ModuleDialect {
  readonly resolution: ResolutionDialect;
  readonly runsTypeScript: boolean;
  /** True where modules may have addresses, and lie in a cache once they were downloaded. */
  readonly downloads?: boolean;
  readonly command: NodeCommand;
  readonly searchPaths: readonly AbsPath[];
  /** Directories that hold installed packages though they are not `node_modules`. */
  readonly packagePaths: readonly AbsPath[];
  /** The needs of starting the program beside the modules. */
  start(): AsyncIterable<Yield>;
  /** The context of reading a source. */
  source?(path: AbsPath): AsyncIterable<Yield>;
  probe?: Runtime["probe"];
}

/** What processes know together whose modules mean the same: each source is read for all of them. */
interface SharedModules {
  readonly asked: Set<AbsPath>;
  readonly reach: Reach;
  readonly heldCommands: HeldCommands;
  readonly wholePackages: Set<AbsPath>;
  readonly partialPackages: Set<AbsPath>;
  readonly heldSettings: Map<Setting, AbsPath>;
  readonly plugIns: NamedPlugIns;
  readonly bundling: Bundling;
}

/** By closure, then by what the processes see. */
const shared = new WeakMap<object, Map<RootFs, Map<string, SharedModules>>>();

/**
 * Modules are found by the program, its options and where it is started; other arguments only name the first of them.
 */
function sharedModules(proc: ProcessContext, dialect: ModuleDialect): SharedModules {
  const { program, realProgram, workdir, appRoot, stdlib, prune, certainty } = proc;
  const { command, searchPaths, packagePaths, runsTypeScript, downloads } = dialect;
  const { conditions, preloads } = command;
  const options = [conditions, preloads, searchPaths, packagePaths, runsTypeScript, downloads];
  const key = JSON.stringify([program, realProgram, workdir, appRoot, stdlib, prune, certainty, proc.env, options]);
  const { closure = proc, root } = proc;
  const roots = shared.get(closure) ?? new Map<RootFs, Map<string, SharedModules>>();
  shared.set(closure, roots);
  const known = roots.get(root) ?? new Map<string, SharedModules>();
  roots.set(root, known);
  const found = known.get(key) ?? {
    asked: new Set<AbsPath>(),
    reach: trackReach(),
    heldCommands: new HeldCommands(),
    wholePackages: new Set<AbsPath>(),
    partialPackages: new Set<AbsPath>(),
    heldSettings: new Map<Setting, AbsPath>(),
    plugIns: new NamedPlugIns(),
    bundling: { hasBundler: false, asked: new Set() },
  };
  known.set(key, found);
  return found;
}

/** Loads a program and its modules. */
export function startModules(proc: ProcessContext, tree: ModuleTree, dialect: ModuleDialect): Runtime {
  const runtime = new ModuleRuntime(proc, tree, dialect);
  return {
    start: () => runtime.start(),
    needs: (path) => runtime.needs(path),
    settle: () => runtime.settle(),
    ...(dialect.probe === undefined ? {} : { probe: dialect.probe }),
  };
}

class ModuleRuntime {
  readonly #dialect: ModuleDialect;
  readonly #context: NodeContext;
  readonly #declarations: DeclarationNeeds;
  readonly #shared: SharedModules;

  constructor(proc: ProcessContext, tree: ModuleTree, dialect: ModuleDialect) {
    const { command, packagePaths, searchPaths } = dialect;
    this.#dialect = dialect;
    this.#shared = sharedModules(proc, dialect);
    const { reach, heldCommands, bundling, wholePackages, partialPackages, heldSettings } = this.#shared;
    this.#context = {
      proc,
      tree,
      resolver: moduleResolver(tree, { conditions: command.conditions, searchPaths, dialect: dialect.resolution }),
      compiler: compilerResolver(tree, command.conditions),
      hasLoader: command.preloads.length > 0,
      reach,
      heldCommands,
      bundling,
      packagePaths,
      wholePackages,
      partialPackages,
      heldSettings,
      runsTypeScript: dialect.runsTypeScript,
      downloads: dialect.downloads === true,
    };
    this.#declarations = new DeclarationNeeds(this.#context);
  }

  async *start(): AsyncIterable<Yield> {
    const { proc, tree } = this.#context;
    yield* this.#dialect.start();
    yield* this.#optionNeeds();
    yield* this.#preloadNeeds();
    yield* this.#codeNeeds();
    yield* this.#scriptNeeds();
    for (const path of proc.entries) yield* this.#begin(path, "is an entry of the application");
    if (proc.appRoot === undefined) return;
    const path = toAbsPath("package.json", proc.appRoot);
    if ((await tree.kindOf(path)) === "file") yield this.#moduleNeed(path, "has the dependencies of the application");
    if (proc.prune === "reachable") yield* this.#layered(this.#givenNeeds(path));
  }

  async *needs(path: AbsPath): AsyncIterable<Yield> {
    const { proc, tree, packagePaths } = this.#context;
    const real = await tree.realPath(path);
    if (real === undefined || this.#shared.asked.has(real)) return;
    this.#shared.asked.add(real);
    if (baseName(real) === "package.json") {
      yield* this.#layered(this.#packageNeeds(parentOf(real)));
      return;
    }
    yield* this.#layered(scopeNeeds(real, this.#context));
    if (proc.prune === "reachable" && isSettings(real)) {
      const text = await tree.readText(real);
      this.#shared.plugIns.note(text ?? "");
      if (text !== undefined) yield* this.#layered(dataNeeds(text, real, this.#context));
      return;
    }
    if (!isSource(real)) return;
    // Whole packages come along unless only what is reached does: their sources need no reading. One file may be one.
    const owner = packageRootOf(real, packagePaths);
    if (owner !== undefined && owner !== real && proc.prune !== "reachable") {
      if ((await tree.scopeOf(parentOf(real))) === undefined) yield* this.#layered(this.#unlistedPackage(owner));
      return;
    }
    if (this.#dialect.source !== undefined) yield* this.#layered(this.#dialect.source(real));
    if ((await tree.kindOf(real)) !== "file") return;
    const source = sourceIn(tree, real);
    yield* this.#followed(real, referenceNeeds(source, this.#context));
    yield* pathNeeds(source, this.#context);
    if (owner === undefined) yield* this.#evaluatedNeeds(await source.readText());
  }

  /** Files that a source of the application runs as code, whatever their names are. */
  async *#evaluatedNeeds(code: string): AsyncIterable<Yield> {
    const { proc, tree } = this.#context;
    const files = await evaluatedFiles(code, nodeEvaluation, { proc, files: sharedFiles(proc.root) });
    for (const path of files.filter((one) => !this.#shared.asked.has(one))) {
      this.#shared.asked.add(path);
      yield { need: this.#withLayer({ path, role: "file", evidence: "string", why: "may run it as code" }) };
      for await (const one of this.#followed(path, referenceNeeds(sourceIn(tree, path), this.#context)))
        yield { from: path, ...one };
    }
  }

  async *#packageNeeds(directory: AbsPath): AsyncIterable<Yield> {
    const { tree, packagePaths } = this.#context;
    const json = await tree.packageIn(directory);
    const isInstalled = packageRootOf(toAbsPath("package.json", directory), packagePaths) === directory;
    const yields = packageNeeds(directory, this.#context);
    yield* isInstalled ? this.#withOutward(directory, json, yields) : yields;
  }

  /** A directory of an installed package that has no package.json. */
  async *#unlistedPackage(directory: AbsPath): AsyncIterable<Yield> {
    if ((await this.#context.tree.kindOf(directory)) !== "directory") return;
    yield* this.#withOutward(directory, undefined, wholePackage(directory, this.#context.proc.prune, this.#context));
  }

  /** The needs of a package that comes along whole, beyond itself. */
  async *#withOutward(
    directory: AbsPath,
    json: PackageJson | undefined,
    yields: AsyncIterable<Yield>,
  ): AsyncIterable<Yield> {
    const files = new Set<AbsPath>();
    for await (const found of yields) {
      if ("need" in found && isWithin(found.need.path, directory)) files.add(found.need.path);
      yield found;
    }
    if (this.#context.proc.prune !== "safe") return;
    const declared = new Set([...(json?.dependencies ?? []), json?.name ?? baseName(directory)]);
    const programs = new Set(json?.bin.map((path) => toAbsPath(path, directory)));
    yield* outwardNeeds({ directory, declared, files, programs }, this.#context);
  }

  async *settle(): AsyncIterable<Yield> {
    yield* this.#layered(bundledNeeds(this.#context));
    yield* this.#layered(releasedSettings(this.#context));
    yield* this.#layered(this.#shared.plugIns.settle(this.#context));
    for (const released of this.#context.reach.release())
      yield "need" in released ? { ...released, need: this.#withLayer(released.need) } : released;
    if (this.#context.proc.prune !== "none") yield* this.#declarations.settle();
  }

  /** What the arguments and the environment name. */
  async *#givenNeeds(from: AbsPath): AsyncIterable<Yield> {
    const { args, env } = this.#context.proc;
    for (const text of new Set([...args, ...Object.values(env)].flatMap((one) => one.split(/[\s,;:=]+/u)))) {
      if (text !== "") yield* literalNeeds(text, from, this.#context);
    }
  }

  async *#optionNeeds(): AsyncIterable<Yield> {
    for (const { path, option, optional } of this.#dialect.command.files) {
      const why = `reads the file of ${option}`;
      const absolute = toAbsPath(path, this.#context.proc.workdir);
      yield { need: { path: absolute, role: "file", evidence: "declared", why, optional } };
    }
  }

  async *#preloadNeeds(): AsyncIterable<Yield> {
    const { resolver, proc } = this.#context;
    for (const { specifier, mode, option } of this.#dialect.command.preloads) {
      const found = await resolver.resolve(specifier, proc.workdir, mode);
      if (found === "builtin") continue;
      const missing = toAbsPath(specifier, proc.workdir);
      for (const path of found.length > 0 ? found : [missing]) {
        yield* this.#begin(path, `loads the module of ${option}`);
      }
    }
  }

  async *#codeNeeds(): AsyncIterable<Yield> {
    const { code: text } = this.#dialect.command;
    if (text === undefined) return;
    const path = toAbsPath("[eval]", this.#context.proc.workdir);
    this.#context.reach.begin(path);
    yield* this.#followed(path, referenceNeeds(textSource({ path, text }), this.#context));
  }

  async *#scriptNeeds(): AsyncIterable<Yield> {
    const { script, run } = this.#dialect.command;
    const { proc, tree } = this.#context;
    if (run !== undefined) for await (const need of runScriptNeeds(run, this.#context)) yield { need };
    if (script === undefined) return;
    const path = await this.#scriptPath(script);
    yield* this.#begin(path, "runs the program of its arguments");
    const real = (await tree.realPath(path)) ?? path;
    yield* this.#layered(plugInNeeds(real, this.#context));
    const args = proc.args.slice(proc.args.indexOf(script) + 1);
    for await (const need of packageScriptNeeds({ real, args }, this.#context)) yield { need, from: real };
  }

  /** node finds its program as `require` would, but by its path alone. */
  async #scriptPath(script: string): Promise<AbsPath> {
    const { resolver, proc } = this.#context;
    const path = toAbsPath(script, proc.workdir);
    const found = await resolver.resolve(script.endsWith("/") ? `${path}/` : path, proc.workdir, "require");
    return found === "builtin" ? path : (found[0] ?? path);
  }

  async *#begin(path: AbsPath, why: string): AsyncIterable<Yield> {
    const { reach, tree } = this.#context;
    const real = (await tree.realPath(path)) ?? path;
    reach.begin(real);
    yield this.#moduleNeed(path, why);
    yield* this.#toolNeeds(real);
  }

  /** The programs of a package's tool that runs after all: none was asked for where its package came along. */
  async *#toolNeeds(path: AbsPath): AsyncIterable<Yield> {
    if (!(await isOwnTool(path, this.#context))) return;
    this.#context.reach.useTool(path);
    for await (const found of referenceNeeds(sourceIn(this.#context.tree, path), this.#context))
      if ("need" in found && found.need.role === "program") yield { ...found, from: found.from ?? path };
  }

  /** Remembers which modules a source leads to. */
  async *#followed(from: AbsPath, yields: AsyncIterable<Yield>): AsyncIterable<Yield> {
    const { reach, tree } = this.#context;
    for await (const found of this.#layered(yields)) {
      yield found;
      // What only could be loaded does not surely run.
      if (!("need" in found) || found.need.role !== "module" || found.need.evidence === "bound") continue;
      if (found.need.optional === true) continue;
      const to = (await tree.realPath(found.need.path)) ?? found.need.path;
      reach.follow(from, to);
      yield* this.#toolNeeds(to);
    }
  }

  async *#layered(yields: AsyncIterable<Yield>): AsyncIterable<Yield> {
    for await (const found of yields) yield "need" in found ? { ...found, need: this.#withLayer(found.need) } : found;
  }

  #moduleNeed(path: AbsPath, why: string): Yield {
    return { need: this.#withLayer({ path, role: roleOf(path), evidence: "proved", why }) };
  }

  #withLayer(need: Need): Need {
    const layer = need.layer ?? this.#layerOf(need.path);
    return layer === undefined ? need : { ...need, layer };
  }

  #layerOf(path: AbsPath): LayerName | undefined {
    const { proc, packagePaths } = this.#context;
    if (packageRootOf(path, packagePaths) !== undefined) return "dependencies";
    const homes = [proc.appRoot, proc.workdir === "/" ? undefined : proc.workdir];
    return homes.some((home) => home !== undefined && isWithin(path, home)) ? "app" : undefined;
  }
}

function isSource(path: AbsPath): boolean {
  const name = baseName(path);
  // Declarations of types are for compilers alone.
  if (/\.d\.(?:[^.]+\.)?[cm]?ts$/u.test(name)) return false;
  return !name.includes(".") || /\.(?:[cm]?[jt]s|[jt]sx)$/u.test(name);
}
