import type {
  ProcessContext,
  Runtime,
  RuntimePlugin,
  RuntimeProbe,
  ServerProbe,
  Yield,
} from "../../closure/model/closure.ts";
import type { NodeCommand } from "../../languages/javascript/arguments.ts";
import { isBuiltin } from "../../languages/javascript/builtins.ts";
import { nodeProbeArgs } from "../../languages/javascript/health-probe.ts";
import { startModules } from "../../languages/javascript/module-runtime.ts";
import { type ModuleTree, moduleTree } from "../../languages/javascript/module-tree.ts";
import { isNotRun } from "../../languages/javascript/packages.ts";
import { readReferences } from "../../languages/javascript/references.ts";
import type { Location, ResolutionDialect } from "../../languages/javascript/resolver.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { hole } from "../../values/patterns.ts";
import { type DenoCache, metadataOf, openDenoCache } from "./cache.ts";
import { type DenoCommand, readDenoCommand } from "./command-line.ts";
import { type DenoConfig, readDenoConfig } from "./config.ts";
import { DenoLocator } from "./locator.ts";

/**
 * Deno. A program that `deno compile` made has its modules inside and is no interpreter: it is a program like any
 * other.
 */
export const deno: RuntimePlugin = {
  name: "deno",
  packageDirectories: ["node_modules"],
  readsEverySource: true,
  isNotRun,
  claims: ({ path, realPath, elf }) => elf !== undefined && [path, realPath].some((name) => baseName(name) === "deno"),
  start: startDeno,
  defaultArgs: defaultDenoArgs,
};

const resolution: ResolutionDialect = {
  conditions: [
    ["deno", "node", "node-addons"],
    ["node", "node-addons", "module-sync"],
  ],
  extensions: [".js", ".json", ".node"],
  importGuesses: false,
  isBuiltin: (specifier) => /^(?:ext|deno):/u.test(specifier) || isBuiltin(specifier),
};

async function startDeno(proc: ProcessContext): Promise<Runtime> {
  const args = proc.args.length > 0 ? proc.args : await defaultDenoArgs(proc);
  const command = readDenoCommand(args);
  const tree = moduleTree(proc.root);
  const script = command.script?.replace(/^file:\/\//u, "");
  const isLocal = script !== undefined && !/^[a-z]+:/u.test(script);
  const directory = isLocal ? parentOf(toAbsPath(script, proc.workdir)) : proc.workdir;
  const config = await readDenoConfig(tree, command, { directory, workdir: proc.workdir });
  const lockText = config.lock && (await tree.readText(config.lock));
  const cache = await openDenoCache(tree, { directory: cacheDirectory(proc), lockText });
  const runtime = new DenoRuntime({ proc, command, tree, config, cache, lockText });
  return runtime.run(isLocal ? { file: script } : { specifier: script });
}

interface DenoLaunch {
  readonly proc: ProcessContext;
  readonly command: DenoCommand;
  readonly tree: ModuleTree;
  readonly config: DenoConfig;
  readonly cache: DenoCache;
  readonly lockText: string | undefined;
}

/** The program: a file, or what is resolved as an import is. */
type DenoScript = { readonly file: string } | { readonly specifier: string | undefined };

class DenoRuntime {
  readonly #launch: DenoLaunch;
  readonly #locator: DenoLocator;
  /** True once anything was imported for which deno keeps a lock. */
  #isLockWanted = false;

  constructor(launch: DenoLaunch) {
    this.#launch = launch;
    this.#locator = new DenoLocator(launch);
  }

  run(script: DenoScript): Runtime {
    const { proc, command, tree, cache } = this.#launch;
    const preload: NodeCommand["preloads"] =
      "specifier" in script && script.specifier !== undefined
        ? [{ specifier: script.specifier, mode: "import", option: "its arguments" }]
        : [];
    const modules = startModules(proc, tree, {
      resolution: { ...resolution, locate: (specifier, from) => this.#locate(specifier, from) },
      runsTypeScript: true,
      downloads: true,
      command: {
        ...command,
        conditions: [...command.conditions, ...(proc.env["DENO_CONDITIONS"] ?? "").split(",").filter(Boolean)],
        script: "file" in script ? script.file : undefined,
        preloads: [...command.preloads, ...preload],
      },
      searchPaths: [],
      packagePaths: cache.packagePaths,
      start: () => this.#launchNeeds(),
      source: (path) => this.#sourceNeeds(path),
      probe: denoProbe,
    });
    return {
      ...modules,
      needs: (path) => this.#needs(path, modules),
      settle: () => this.#settle(modules),
    };
  }

  #locate(specifier: string, from: AbsPath): Promise<Location | undefined> {
    const mapped = this.#launch.config.map(specifier, from) ?? specifier;
    this.#isLockWanted ||= /^(?:npm|jsr|https?):/u.test(mapped);
    return this.#locator.locate(specifier, from);
  }

  /** Asked when everything is found: deno writes the lock that it misses, or ends. */
  async *#settle(modules: Runtime): AsyncIterable<Yield> {
    const { config, lockText } = this.#launch;
    yield* modules.settle();
    if (!this.#isLockWanted || config.lock === undefined || lockText !== undefined) return;
    this.#isLockWanted = false;
    yield {
      finding: {
        severity: "warning",
        code: "FILE_MISSING",
        path: config.lock,
        message: `cannot find ${config.lock}: deno writes it for what was downloaded, and ends where it cannot`,
        hint: 'add deno.lock to the application, or set "lock": false in its deno.json',
      },
    };
  }

  async *#launchNeeds(): AsyncIterable<Yield> {
    const { proc, command, config, lockText } = this.#launch;
    const own = { role: "file", evidence: "proved" } as const;
    for (const path of config.files) yield { need: { ...own, path, why: "reads its settings" } };
    if (lockText !== undefined && config.lock !== undefined) {
      yield { need: { ...own, path: config.lock, why: "takes the versions of what it imports from it" } };
    }
    const compiler = toAbsPath("tsconfig.json", config.directory ?? proc.workdir);
    yield { need: { ...own, path: compiler, why: "reads its settings", optional: true } };
    if (config.hasVendor && config.directory !== undefined) {
      const path = toAbsPath("vendor", config.directory);
      const why = "keeps what it downloaded there";
      yield { need: { path, role: "tree", evidence: "declared", why, layer: "dependencies", optional: true } };
    }
    const text = command.task === undefined ? undefined : config.tasks.get(command.task);
    if (text !== undefined) yield* taskNeeds(text, proc);
    const { DENO_CERT: certificate } = proc.env;
    if (certificate !== undefined && certificate !== "") {
      const path = toAbsPath(certificate, proc.workdir);
      yield { need: { ...own, evidence: "declared", path, why: "reads what DENO_CERT names", optional: true } };
    }
  }

  async *#sourceNeeds(path: AbsPath): AsyncIterable<Yield> {
    const { jsxSource } = this.#launch.config;
    if (jsxSource === undefined || !/\.[jt]sx$/u.test(path)) return;
    const located = await this.#locate(`${jsxSource}/jsx-runtime`, parentOf(path));
    for (const file of located !== undefined && "files" in located ? located.files : []) {
      yield { need: { path: file, role: "module", evidence: "rule", why: "writes JSX, which calls it" } };
    }
  }

  async *#needs(path: AbsPath, modules: Runtime): AsyncIterable<Yield> {
    const { tree, cache } = this.#launch;
    const real = (await tree.realPath(path)) ?? path;
    const address = await cache.addressOf(real);
    if (address !== undefined) {
      yield* this.#remoteNeeds(real, address);
      return;
    }
    const location = parentOf(parentOf(real));
    if (baseName(real) === "package.json" && cache.packagePaths.includes(location)) {
      const list = toAbsPath("registry.json", location);
      const why = "is one of the versions in it";
      yield { need: { path: list, role: "file", evidence: "declared", why, layer: "dependencies", optional: true } };
    }
    yield* modules.needs(path);
  }

  /** The imports of a downloaded file: names count from its address. */
  async *#remoteNeeds(path: AbsPath, address: string): AsyncIterable<Yield> {
    const { location } = await metadataOf(this.#launch.tree, path);
    const specifiers = location === undefined ? await this.#remoteImports(path, address) : [location];
    for (const specifier of specifiers) {
      const isRelative = location !== undefined || /^(?:\.{1,2})?\//u.test(specifier);
      const url = isRelative ? URL.parse(specifier, address)?.href : undefined;
      const located = await this.#locate(url ?? specifier, parentOf(path));
      const own = { role: "module", evidence: "proved", layer: "dependencies" } as const;
      for (const file of located !== undefined && "files" in located ? located.files : []) {
        const why = location === undefined ? `imports ${specifier}` : `leads to ${specifier}`;
        yield { need: { ...own, path: file, why, optional: true } };
      }
      for (const one of located !== undefined && "packages" in located ? located.packages : []) {
        yield { need: { ...own, path: toAbsPath("package.json", one), why: `imports ${specifier}` } };
      }
    }
  }

  async #remoteImports(path: AbsPath, address: string): Promise<readonly string[]> {
    if (address.endsWith(".json")) return [];
    const text = (await this.#launch.tree.readText(path)) ?? "";
    const references = readReferences({ path, text, workdir: this.#launch.proc.workdir });
    const specifiers = references.flatMap((reference) =>
      reference.kind === "module" && !reference.specifier.includes(hole) ? [reference.specifier] : [],
    );
    return [...new Set(specifiers)];
  }
}

function denoProbe(probe: ServerProbe, timeoutMilliseconds: number): Promise<RuntimeProbe> {
  const [, code = ""] = nodeProbeArgs(probe, timeoutMilliseconds);
  const text = `import { createRequire } from "node:module";\nconst require = createRequire("file:///");\n${code}`;
  return Promise.resolve({ args: ["eval", "--no-config", text], needs: [] });
}

/** `deno task` has a shell of its own inside: what is found are the programs that its commands start with. */
async function* taskNeeds(text: string, proc: ProcessContext): AsyncIterable<Yield> {
  for (const part of text.split(/&&|\|\||[;|&\n]/u)) {
    const words = part.trim().split(/\s+/u);
    while (/^\w+=/u.test(words[0] ?? "")) words.shift();
    const [name = "", ...args] = words.map((word) => word.replaceAll(/^(["'])(.*)\1$/gu, "$2"));
    if (!/^[\w./-]+$/u.test(name)) continue;
    const path = name === "deno" ? proc.program : await proc.findProgram(name);
    if (path === undefined) continue;
    const why = `runs ${name} in a task`;
    yield { need: { path, role: "program", evidence: "proved", why, args, optional: true } };
  }
}

/** DENO_DIR, or where deno has it where nothing is said. */
function cacheDirectory({ env, workdir }: ProcessContext): AbsPath {
  const { DENO_DIR: named, XDG_CACHE_HOME: caches, HOME: home } = env;
  if (named !== undefined && named !== "") return toAbsPath(named, workdir);
  if (caches !== undefined && caches !== "") return toAbsPath("deno", toAbsPath(caches, workdir));
  return toAbsPath(".cache/deno", toAbsPath(home === undefined || home === "" ? "/root" : home, workdir));
}

/**
 * The start of an application without arguments: a task `start` that is a plain `deno ...`, or a name that is usual.
 */
async function defaultDenoArgs(proc: ProcessContext): Promise<readonly string[]> {
  const directory = proc.appRoot ?? proc.workdir;
  const tree = moduleTree(proc.root);
  const config = await readDenoConfig(tree, readDenoCommand([]), { directory, workdir: proc.workdir });
  const words = config.tasks.get("start")?.trim().split(/\s+/u) ?? [];
  if (words[0] === "deno" && words.length > 1 && words.every((word) => /^[\w./:=@,+-]+$/u.test(word))) {
    if (directory === proc.workdir) return words.slice(1);
  }
  for (const name of ["main", "mod", "server", "app", "index", "src/main"]) {
    for (const ending of ["ts", "tsx", "js", "mjs"]) {
      const path = toAbsPath(`${name}.${ending}`, directory);
      if ((await tree.kindOf(path)) === "file") return ["run", path];
    }
  }
  return [];
}
