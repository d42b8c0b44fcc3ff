import type { Interpreter, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isBuiltin } from "../shared/javascript/builtins.ts";
import { hole } from "../shared/javascript/evaluate.ts";
import { nodeProbeArgs } from "../shared/javascript/health-probe.ts";
import { startModules } from "../shared/javascript/module-runtime.ts";
import { moduleTree } from "../shared/javascript/module-tree.ts";
import { packageRootOf } from "../shared/javascript/packages.ts";
import { readReferences } from "../shared/javascript/references.ts";
import { type Location, type ResolutionDialect, splitSpecifier } from "../shared/javascript/resolver.ts";
import { type DenoCache, metadataOf, openDenoCache } from "./cache.ts";
import { readDenoCommand } from "./command-line.ts";
import { type DenoConfig, readDenoConfig } from "./config.ts";

/**
 * Deno. A program that `deno compile` made has its modules inside and is no interpreter: it is a program like any other.
 */
export const deno: Interpreter = {
  name: "deno",
  packageDirectories: ["node_modules"],
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

async function startDeno(process: ProcessContext): Promise<Runtime> {
  const args = process.args.length > 0 ? process.args : await defaultDenoArgs(process);
  const command = readDenoCommand(args);
  const tree = moduleTree(process.root);
  const script = command.script?.replace(/^file:\/\//u, "");
  const isLocal = script !== undefined && !/^[a-z]+:/u.test(script);
  const directory = isLocal ? parentOf(toAbsPath(script, process.workdir)) : process.workdir;
  const config = await readDenoConfig(tree, command, { directory, workdir: process.workdir });
  const lockText = config.lock && (await tree.readText(config.lock));
  const cache = await openDenoCache(tree, { directory: cacheDirectory(process), lockText });
  const find = locator({ config, cache });
  let isLockWanted = false;
  const locate: typeof find = async (specifier, from) => {
    const mapped = config.map(specifier, from) ?? specifier;
    isLockWanted ||= /^(?:npm|jsr|https?):/u.test(mapped);
    return find(specifier, from);
  };

  const runtime = startModules(process, tree, {
    resolution: { ...resolution, locate },
    runsTypeScript: true,
    downloads: true,
    command: {
      ...command,
      conditions: [...command.conditions, ...(process.env["DENO_CONDITIONS"] ?? "").split(",").filter(Boolean)],
      script: isLocal ? script : undefined,
      // What is no file of the image is resolved as an import is.
      preloads:
        isLocal || script === undefined
          ? command.preloads
          : [...command.preloads, { specifier: script, mode: "import", option: "its arguments" }],
    },
    searchPaths: [],
    packagePaths: cache.packagePaths,
    start: launchNeeds,
    source: sourceNeeds,
    probe: async (probe, timeoutMilliseconds) => {
      const [, code = ""] = nodeProbeArgs(probe, timeoutMilliseconds);
      const text = `import { createRequire } from "node:module";\nconst require = createRequire("file:///");\n${code}`;
      return Promise.resolve({ args: ["eval", "--no-config", text], needs: [] });
    },
  });
  return { ...runtime, needs, settle };

  /** Asked when everything is found: deno writes the lock that it misses, or ends. */
  async function* settle(): AsyncIterable<Yield> {
    yield* runtime.settle();
    if (!isLockWanted || config.lock === undefined || lockText !== undefined) return;
    isLockWanted = false;
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

  async function* launchNeeds(): AsyncIterable<Yield> {
    const own = { role: "file", evidence: "proved" } as const;
    for (const path of config.files) yield { need: { ...own, path, why: "reads its settings" } };
    if (lockText !== undefined && config.lock !== undefined) {
      yield { need: { ...own, path: config.lock, why: "takes the versions of what it imports from it" } };
    }
    const compiler = toAbsPath("tsconfig.json", config.directory ?? process.workdir);
    yield { need: { ...own, path: compiler, why: "reads its settings", optional: true } };
    if (config.hasVendor && config.directory !== undefined) {
      const path = toAbsPath("vendor", config.directory);
      const why = "keeps what it downloaded there";
      yield { need: { path, role: "tree", evidence: "declared", why, layer: "dependencies", optional: true } };
    }
    const text = command.task === undefined ? undefined : config.tasks.get(command.task);
    if (text !== undefined) yield* taskNeeds(text, process);
    const { DENO_CERT: certificate } = process.env;
    if (certificate !== undefined && certificate !== "") {
      const path = toAbsPath(certificate, process.workdir);
      yield { need: { ...own, evidence: "declared", path, why: "reads what DENO_CERT names", optional: true } };
    }
  }

  async function* sourceNeeds(path: AbsPath): AsyncIterable<Yield> {
    if (config.jsxSource === undefined || !/\.[jt]sx$/u.test(path)) return;
    const located = await locate(`${config.jsxSource}/jsx-runtime`, parentOf(path));
    for (const file of located !== undefined && "files" in located ? located.files : []) {
      yield { need: { path: file, role: "module", evidence: "rule", why: "writes JSX, which calls it" } };
    }
  }

  async function* needs(path: AbsPath): AsyncIterable<Yield> {
    const real = (await tree.realPath(path)) ?? path;
    const address = await cache.addressOf(real);
    if (address !== undefined) {
      yield* remoteNeeds(real, address);
      return;
    }
    const place = parentOf(parentOf(real));
    if (baseName(real) === "package.json" && cache.packagePaths.includes(place)) {
      const list = toAbsPath("registry.json", place);
      const why = "is one of the versions in it";
      yield { need: { path: list, role: "file", evidence: "declared", why, layer: "dependencies", optional: true } };
    }
    yield* runtime.needs(path);
  }

  /** What a downloaded file imports: names count from its address. */
  async function* remoteNeeds(path: AbsPath, address: string): AsyncIterable<Yield> {
    const { location } = await metadataOf(tree, path);
    const specifiers = location === undefined ? [] : [location];
    const text = (await tree.readText(path)) ?? "";
    const isSource = location === undefined && !address.endsWith(".json");
    for (const reference of isSource ? readReferences({ path, text, workdir: process.workdir }) : []) {
      if (reference.kind === "module" && !reference.specifier.includes(hole)) specifiers.push(reference.specifier);
    }
    for (const specifier of new Set(specifiers)) {
      const isRelative = location !== undefined || /^(?:\.{1,2})?\//u.test(specifier);
      const url = isRelative ? URL.parse(specifier, address)?.href : undefined;
      const located = await locate(url ?? specifier, parentOf(path));
      const files = located === undefined ? [] : "files" in located ? located.files : [];
      for (const file of files) {
        const why = location === undefined ? `imports ${specifier}` : `leads to ${specifier}`;
        yield { need: { path: file, role: "module", evidence: "proved", why, layer: "dependencies", optional: true } };
      }
      if (located === undefined || !("packages" in located)) continue;
      for (const one of located.packages) {
        const json = toAbsPath("package.json", one);
        const why = `imports ${specifier}`;
        yield { need: { path: json, role: "module", evidence: "proved", why, layer: "dependencies" } };
      }
    }
  }
}

/** Where a specifier leads before Node's rules are asked: import maps, members of the workspace, packages, addresses. */
function locator({ config, cache }: { readonly config: DenoConfig; readonly cache: DenoCache }) {
  return async (specifier: string, directory: AbsPath): Promise<Location | undefined> => {
    const isInstalled = packageRootOf(toAbsPath("_", directory), cache.packagePaths) !== undefined;
    const mapped = isInstalled ? undefined : config.map(specifier, directory);
    const name = mapped ?? specifier;
    const member = memberOf(name, config);
    if (member !== undefined) return member;
    if (/^https?:/u.test(name)) {
      const file = cache.remoteFile(name);
      return file === undefined ? { files: [] } : { files: await present([file]) };
    }
    if (name.startsWith("jsr:")) return { files: await present(await cache.jsrFiles(name)) };
    if (name.startsWith("npm:")) return npmLocation(name, directory);
    const split = isInstalled && !isBuiltin(name) && !/^[./#]/u.test(name) ? splitSpecifier(name) : undefined;
    if (split !== undefined && isWithin(directory, cache.directory)) {
      const packages = await cache.npmPackages(split.name, "", directory);
      if (packages.length > 0) return { packages, subpath: split.subpath };
    }
    return mapped === undefined ? undefined : { specifier: mapped, directory };
  };

  async function present(paths: readonly AbsPath[]): Promise<readonly AbsPath[]> {
    const found: AbsPath[] = [];
    for (const path of paths) if ((await cache.addressOf(path)) !== undefined) found.push(path);
    return found;
  }

  async function npmLocation(name: string, directory: AbsPath): Promise<Location> {
    const parts = /^npm:\/?(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@(?<wanted>[^/]*))?(?:\/(?<rest>.*))?$/u.exec(name)?.groups;
    const { name: own = "", wanted = "", rest = "" } = parts ?? {};
    const subpath = rest === "" ? "." : `./${rest}`;
    if (!config.usesNodeModules) {
      const packages = await cache.npmPackages(own, wanted, directory);
      if (packages.length > 0) return { packages, subpath };
    }
    // What a downloaded file imports is installed beside the configuration.
    const from = isWithin(directory, cache.directory) ? (config.directory ?? directory) : directory;
    return { specifier: rest === "" ? own : `${own}/${rest}`, directory: from };
  }
}

function memberOf(name: string, { members }: DenoConfig): Location | undefined {
  const plain = name.replace(/^jsr:\/?/u, "");
  const [, own = "", rest = ""] = /^(@[^/@]+\/[^/@]+|[^/@]+)(?:@[^/]*)?(\/.*)?$/u.exec(plain) ?? [];
  const member = members.get(own);
  if (member === undefined) return undefined;
  const { exports, directory } = member;
  const key = `.${rest}`;
  const target: unknown =
    typeof exports === "string" && key === "."
      ? exports
      : Object.entries(exports ?? {}).find(([one]) => one === key)?.[1];
  return typeof target === "string" ? { files: [toAbsPath(target, directory)] } : undefined;
}

/** `deno task` has a shell of its own inside: what is found are the programs that its commands start with. */
async function* taskNeeds(text: string, process: ProcessContext): AsyncIterable<Yield> {
  for (const part of text.split(/&&|\|\||[;|&\n]/u)) {
    const words = part.trim().split(/\s+/u);
    while (/^\w+=/u.test(words[0] ?? "")) words.shift();
    const [name = "", ...args] = words.map((word) => word.replaceAll(/^(["'])(.*)\1$/gu, "$2"));
    if (!/^[\w./-]+$/u.test(name)) continue;
    const path = name === "deno" ? process.program : await process.findProgram(name);
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

/** What starts an application that says nothing: a task `start` that is a plain `deno ...`, or a name that is usual. */
async function defaultDenoArgs(process: ProcessContext): Promise<readonly string[]> {
  const directory = process.appRoot ?? process.workdir;
  const tree = moduleTree(process.root);
  const config = await readDenoConfig(tree, readDenoCommand([]), { directory, workdir: process.workdir });
  const words = config.tasks.get("start")?.trim().split(/\s+/u) ?? [];
  if (words[0] === "deno" && words.length > 1 && words.every((word) => /^[\w./:=@,+-]+$/u.test(word))) {
    if (directory === process.workdir) return words.slice(1);
  }
  for (const name of ["main", "mod", "server", "app", "index", "src/main"]) {
    for (const ending of ["ts", "tsx", "js", "mjs"]) {
      const path = toAbsPath(`${name}.${ending}`, directory);
      if ((await tree.kindOf(path)) === "file") return ["run", path];
    }
  }
  return [];
}
