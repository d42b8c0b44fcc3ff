import type { ProcessContext, Runtime, RuntimePlugin, Yield } from "../../closure/model/closure.ts";
import type { NodeCommand } from "../../languages/javascript/arguments.ts";
import { isBuiltin } from "../../languages/javascript/builtins.ts";
import { nodeProbeArgs } from "../../languages/javascript/health-probe.ts";
import { startModules } from "../../languages/javascript/module-runtime.ts";
import { type ModuleTree, moduleTree } from "../../languages/javascript/module-tree.ts";
import { isNotRun, packageRootOf } from "../../languages/javascript/packages.ts";
import { moduleResolver, type ResolutionDialect } from "../../languages/javascript/resolver.ts";
import { mappedPaths, typeScriptSettings } from "../../languages/javascript/tsconfig.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { type BunCommand, readBunCommand } from "./command-line.ts";

/**
 * Bun. A program that `bun build --compile` made has its modules inside and is no interpreter: it is a program like any
 * other.
 */
export const bun: RuntimePlugin = {
  name: "bun",
  packageDirectories: ["node_modules"],
  readsEverySource: true,
  isNotRun,
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && [path, realPath].some((name) => /^bun(?:-profile|-debug)?$/u.test(baseName(name))),
  start: startBun,
  defaultArgs: defaultBunArgs,
};

const resolution: ResolutionDialect = {
  conditions: [["bun", "node", "node-addons"]],
  extensions: [".tsx", ".jsx", ".mts", ".ts", ".mjs", ".js", ".cts", ".cjs", ".json", ".node"],
  importGuesses: true,
  isBuiltin: (specifier) => specifier === "bun" || specifier.startsWith("bun:") || isBuiltin(specifier),
  isReplaced: (specifier) => replaced.has(specifier),
};

/** Packages that Bun has an implementation of inside, for where nobody installed them. */
const replaced: ReadonlySet<string> = new Set([
  "@vercel/fetch",
  "abort-controller",
  "isomorphic-fetch",
  "node-fetch",
  "undici",
  "utf-8-validate",
  "ws",
]);

async function startBun(proc: ProcessContext): Promise<Runtime> {
  const args = proc.args.length > 0 ? proc.args : await defaultBunArgs(proc);
  const options = (proc.env["BUN_OPTIONS"] ?? "").split(" ").filter((word) => word !== "");
  const command = readBunCommand([...options, ...args]);
  const tree = moduleTree(proc.root);
  const directory = toAbsPath(command.directory ?? ".", proc.workdir);
  const plain = moduleResolver(tree, { conditions: command.conditions, searchPaths: [], dialect: resolution });
  const settingsOf = typeScriptSettings(tree, async (specifier, from) => {
    const found = await plain.resolve(specifier, from, "require");
    return found === "builtin" ? undefined : found[0];
  });
  const config = toAbsPath(command.config ?? "bunfig.toml", directory);
  const script = await scriptOf(command, { tree, directory });

  return startModules({ ...proc, workdir: directory }, tree, {
    resolution: {
      ...resolution,
      async mapped(specifier, from) {
        // Packages were built with settings of their own.
        if (packageRootOf(toAbsPath("_", from), []) !== undefined) return [];
        const settings = await settingsOf(from);
        return settings === undefined ? [] : mappedPaths(settings, specifier);
      },
    },
    runsTypeScript: true,
    command: {
      script: script === undefined ? command.target : undefined,
      preloads: [...preloadsOf((await tree.readText(config)) ?? ""), ...command.preloads],
      files: command.files,
      conditions: command.conditions,
      code: command.code,
    },
    searchPaths: [],
    packagePaths: [],
    start: () => launchNeeds(proc, { command, tree, directory, config, script }),
    source: (path) => sourceNeeds(path),
    probe: async (probe, timeoutMilliseconds) =>
      Promise.resolve({ args: nodeProbeArgs(probe, timeoutMilliseconds), needs: [] }),
  });

  async function* sourceNeeds(path: AbsPath): AsyncIterable<Yield> {
    if (packageRootOf(path, []) !== undefined) return;
    const settings = await settingsOf(parentOf(path));
    for (const file of settings?.files ?? []) {
      yield { need: { path: file, role: "file", evidence: "proved", why: "is compiled by the settings in it" } };
    }
    if (!/\.[jt]sx$/u.test(path)) return;
    for (const name of ["jsx-dev-runtime", "jsx-runtime"]) {
      const found = await plain.resolve(`${settings?.jsxSource ?? "react"}/${name}`, parentOf(path), "import");
      for (const file of found === "builtin" ? [] : found) {
        yield { need: { path: file, role: "module", evidence: "rule", why: "writes JSX, which calls it" } };
      }
    }
  }
}

interface Launch {
  readonly command: BunCommand;
  readonly tree: ModuleTree;
  readonly directory: AbsPath;
  readonly config: AbsPath;
  readonly script: string | undefined;
}

/** Settings that Bun reads where it starts, and the shell that runs a script of package.json. */
async function* launchNeeds(proc: ProcessContext, launch: Launch): AsyncIterable<Yield> {
  const { command, tree, directory, config, script } = launch;
  const own = { role: "file", evidence: "declared" } as const;
  if ((await tree.kindOf(config)) === "file" || command.config !== undefined) {
    yield { need: { ...own, path: config, why: "reads its settings" } };
  }
  const mode = proc.env["NODE_ENV"] ?? "development";
  const names = [".env", ".env.local", `.env.${mode}`, `.env.${mode}.local`];
  for (const name of command.readsEnvFiles && !command.namesEnvFiles ? names : []) {
    const path = toAbsPath(name, directory);
    yield { need: { ...own, path, why: "reads variables of its environment", optional: true } };
  }
  if (script === undefined) return;
  const json = toAbsPath("package.json", directory);
  yield { need: { path: json, role: "module", evidence: "proved", why: "has the script that it runs" } };
  const shell = (await proc.findProgram("bash")) ?? (await proc.findProgram("sh"));
  yield {
    need: {
      path: shell ?? toAbsPath("/bin/sh"),
      role: "program",
      evidence: "proved",
      why: `runs the script ${command.target ?? ""} of package.json`,
      args: ["-c", script],
    },
  };
}

/** The text of the script of package.json that a command runs; undefined where it runs a file. */
async function scriptOf(
  { target, isScript }: BunCommand,
  { tree, directory }: { readonly tree: ModuleTree; readonly directory: AbsPath },
): Promise<string | undefined> {
  if (target === undefined || !isScript) return undefined;
  const scope = await tree.scopeOf(directory);
  const scripts = (scope && (await tree.packageIn(scope))?.scripts) ?? {};
  return Object.hasOwn(scripts, target) ? scripts[target] : undefined;
}

/** `preload` of bunfig.toml (bun.com/docs/runtime/bunfig), which stands before the first table. */
function preloadsOf(text: string): NodeCommand["preloads"] {
  const [top = ""] = text.split(/^[^\S\n]*\[/mu);
  const value = /^[ \t]*preload[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*'|\[[^\]]*\])/mu.exec(top)?.[1] ?? "";
  const names = [...value.matchAll(/"([^"\n]*)"|'([^'\n]*)'/gu)].map((match) => match[1] ?? match[2] ?? "");
  return names.map((specifier) => ({ specifier, mode: "import", option: "bunfig.toml" }));
}

/**
 * The start of an application without arguments: `scripts.start` when it is a plain `bun X`, `main`, and names that Bun
 * looks for.
 */
async function defaultBunArgs(proc: ProcessContext): Promise<readonly string[]> {
  const directory = proc.appRoot ?? proc.workdir;
  const tree = moduleTree(proc.root);
  const json = await tree.packageIn(directory);
  const words = json?.start?.trim().split(/\s+/u) ?? [];
  if (words[0] === "bun" && words.length > 1 && words.every((word) => /^[\w./:=@,+-]+$/u.test(word))) {
    if (directory === proc.workdir) return words.slice(1);
  }
  const resolver = moduleResolver(tree, { conditions: [], searchPaths: [], dialect: resolution });
  const names = [
    json?.main,
    ...(json?.bin.length === 1 ? json.bin : []),
    "index",
    "src/index",
    "server",
    "app",
    "main",
  ];
  for (const name of names) {
    if (name === undefined) continue;
    const found = await resolver.resolve(toAbsPath(name, directory), directory, "require");
    if (found !== "builtin" && found[0] !== undefined) return [found[0]];
  }
  return [];
}
