import { BuildError } from "../diagnostics/diagnostic.ts";
import type { CacheImport, Definition, Engine, Platform, Ref } from "../engine/engine.ts";
import { fromDefinition } from "../llb/definition.ts";
import { editFiles } from "../llb/ops/file.ts";
import { sourceGit, sourceHttp, sourceLocal } from "../llb/ops/source.ts";
import type { State } from "../llb/state.ts";
import { parseIgnoreFile } from "../plan/ignore-file.ts";
import type { BuildOptions } from "../plan/options.ts";
import { formatPlatform } from "../plan/platforms.ts";
import { isArchive, isHttpUrl, parseGitUrl, redact } from "./remote-url.ts";
import { solveState } from "./solve.ts";

/** Bytes of a spec, an ignore file or a lock file that are read at most. */
const readLimitBytes = 16 * 1024 * 1024;

/** A named build context (`--build-context NAME=VALUE`), before it is opened. */
export type NamedContext =
  | { readonly kind: "image"; readonly reference: string }
  | { readonly kind: "oci-layout"; readonly reference: string; readonly storeId: string }
  | { readonly kind: "scratch" }
  /** `config` is the image config that came with a target of the same bake run. */
  | { readonly kind: "tree"; readonly state: State; readonly config: Uint8Array | undefined };

/** Where the spec and the files of a build come from. */
export interface Contexts {
  /** Reads files beside the spec, by paths relative to its directory. Missing ones are left out. */
  readSpecFiles(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Reads files of the build context, ignore rules applied. */
  readContextFiles(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The build context with its ignore rules applied; `paths` narrows what is transferred where that is possible. */
  contextState(paths: readonly string[] | undefined): State;
  named(name: string, platform: Platform): Promise<NamedContext | undefined>;
}

interface Locations {
  /** Undefined: a local directory of that name on the client. */
  readonly specTree: State;
  readonly specLocal: string;
  readonly contextTree: State;
  readonly contextLocal: string;
}

/**
 * Opens the contexts of a build. Throws CONTEXT_INVALID (as `BuildError`) for a remote context that cannot be used.
 * `.dockerignore` rules come from `<spec>.dockerignore` beside the spec, else from the context's root.
 */
export async function openContexts(engine: Engine, options: BuildOptions): Promise<Contexts> {
  const inputs = await engine.inputs();
  const locations = await locate(engine, options, inputs);
  const sessionOf = (local: string) => engine.options.get(`local-sessionid:${local}`) ?? engine.sessionId;
  const reader = (tree: State, local: string, what: string, excludes: readonly string[]) => {
    const solved = new Map<string, Promise<Ref | undefined>>();
    return async (paths: readonly string[]) => {
      const key = tree === undefined ? JSON.stringify(paths) : "";
      const state =
        tree ??
        sourceLocal(local, {
          name: `[internal] load ${what}`,
          sessionId: sessionOf(local),
          followPaths: paths,
          excludePatterns: excludes,
          sharedKeyHint: `${local}-${what}`,
          differ: "none",
        });
      const pending = solved.get(key) ?? solveTree(engine, state, options.cacheImports);
      solved.set(key, pending);
      return readFiles(await pending, paths);
    };
  };
  const readSpecFiles = reader(
    locations.specTree,
    locations.specLocal,
    `build definition from ${options.specName}`,
    [],
  );
  const ignore = lazy(async () => {
    const name = `${options.specName}.dockerignore`;
    const own = (await readSpecFiles([options.specName, name])).get(name);
    if (own !== undefined) return parseIgnoreFile(new TextDecoder().decode(own));
    const readRoot = reader(locations.contextTree, locations.contextLocal, ".dockerignore", []);
    const shared = (await readRoot([".dockerignore"])).get(".dockerignore");
    return shared === undefined ? [] : parseIgnoreFile(new TextDecoder().decode(shared));
  });
  const excludes = await ignore();
  return {
    readSpecFiles,
    readContextFiles: reader(locations.contextTree, locations.contextLocal, "dependency lists", excludes),
    contextState(paths) {
      if (locations.contextTree !== undefined) {
        return excludes.length === 0 ? locations.contextTree : withoutIgnored(locations.contextTree, excludes);
      }
      const narrowed = paths?.some((path) => path === "" || path === ".") === true ? undefined : paths;
      return sourceLocal(locations.contextLocal, {
        name: "[internal] load build context",
        sessionId: sessionOf(locations.contextLocal),
        excludePatterns: excludes,
        sharedKeyHint: locations.contextLocal,
        ...(narrowed === undefined ? {} : { followPaths: [...narrowed].sort() }),
      });
    },
    async named(name, platform) {
      const value =
        engine.options.get(`context:${name}::${formatPlatform(platform)}`) ?? engine.options.get(`context:${name}`);
      return value === undefined ? undefined : openNamed(engine, name, value, inputs, sessionOf);
    },
  };
}

async function locate(
  engine: Engine,
  options: BuildOptions,
  inputs: ReadonlyMap<string, Definition>,
): Promise<Locations> {
  const contextLocal = engine.options.get("contextkey") ?? "context";
  const specLocal = engine.options.get("dockerfilekey") ?? "dockerfile";
  const specIsLocal = engine.options.has("dockerfilekey");
  const remote = engine.options.get("context");
  const subdirectory = engine.options.get("contextsubdir");
  const at = (tree: State) => (subdirectory === undefined ? tree : subtree(tree, subdirectory));
  if (remote === undefined) {
    const contextInput = inputs.get(contextLocal);
    const specInput = inputs.get(specLocal);
    return {
      specTree: specInput === undefined ? undefined : fromDefinition(specInput),
      specLocal,
      contextTree: contextInput === undefined ? undefined : at(fromDefinition(contextInput)),
      contextLocal,
    };
  }
  const tree = await openRemote(engine, remote, options);
  return {
    specTree: specIsLocal ? undefined : tree.spec,
    specLocal,
    contextTree: at(tree.context),
    contextLocal,
  };
}

async function openRemote(
  engine: Engine,
  remote: string,
  options: BuildOptions,
): Promise<{ readonly spec: State; readonly context: State }> {
  const git = gitState(remote);
  if (git !== undefined) return { spec: git, context: git };
  if (!isHttpUrl(remote)) {
    throw new BuildError([
      {
        severity: "error",
        code: "CONTEXT_INVALID",
        message: `cannot open build context ${redact(remote)}: it is no git or http URL`,
        hint: "give a directory, a git URL or the URL of a tar archive",
      },
    ]);
  }
  const download = sourceHttp(remote, {
    name: `[internal] load remote context ${redact(remote)}`,
    filename: "context",
  });
  const ref = await solveTree(engine, download, options.cacheImports);
  const bytes = (await readFiles(ref, ["context"])).get("context");
  if (bytes !== undefined && isArchive(bytes)) {
    const unpacked = editFiles(
      undefined,
      [{ kind: "copy", from: download, src: "/context", dest: "/", unpack: true }],
      {
        name: "[internal] unpack remote context",
      },
    );
    return { spec: unpacked, context: unpacked };
  }
  // The URL names the spec itself; there is no context beside it.
  const spec = editFiles(undefined, [{ kind: "copy", from: download, src: "/context", dest: `/${options.specName}` }], {
    name: "[internal] load remote spec",
  });
  return { spec, context: spec };
}

/** The tree of a git URL; undefined when the text is none. */
export function gitState(url: string): State {
  const git = parseGitUrl(url);
  if (git === undefined) return undefined;
  return sourceGit(git.remote, {
    name: `load git source ${redact(url)}`,
    ...(git.ref === undefined ? {} : { ref: git.ref }),
    ...(git.subdirectory === undefined ? {} : { subdir: git.subdirectory }),
  });
}

async function openNamed(
  engine: Engine,
  name: string,
  value: string,
  inputs: ReadonlyMap<string, Definition>,
  sessionOf: (local: string) => string,
): Promise<NamedContext> {
  const scheme = value.slice(0, Math.max(0, value.indexOf(":")));
  const rest = value.slice(scheme.length + 1).replace(/^\/\//u, "");
  if (scheme === "docker-image") {
    return rest === "scratch" ? { kind: "scratch" } : { kind: "image", reference: rest };
  }
  if (scheme === "oci-layout") {
    return { kind: "oci-layout", reference: rest, storeId: rest.replace(/@.*$/u, "") };
  }
  if (scheme === "local") {
    const readIgnore = sourceLocal(rest, {
      name: `[context ${name}] load .dockerignore`,
      sessionId: sessionOf(rest),
      followPaths: [".dockerignore"],
      sharedKeyHint: `${rest}-ignore`,
      differ: "none",
    });
    const ignore = (await readFiles(await solveTree(engine, readIgnore, []), [".dockerignore"])).get(".dockerignore");
    const state = sourceLocal(rest, {
      name: `[context ${name}] load from client`,
      sessionId: sessionOf(rest),
      excludePatterns: ignore === undefined ? [] : parseIgnoreFile(new TextDecoder().decode(ignore)),
      sharedKeyHint: `context:${name}`,
    });
    return { kind: "tree", state, config: undefined };
  }
  if (scheme === "input") {
    const definition = inputs.get(rest);
    if (definition !== undefined) {
      return {
        kind: "tree",
        state: fromDefinition(definition),
        config: inputConfig(engine, rest),
      };
    }
  }
  const git = gitState(value);
  if (git !== undefined) return { kind: "tree", state: git, config: undefined };
  if (isHttpUrl(value)) {
    const state = sourceHttp(value, { name: `[context ${name}] ${redact(value)}`, filename: "context" });
    const unpacked = editFiles(undefined, [{ kind: "copy", from: state, src: "/context", dest: "/", unpack: true }], {
      name: `[context ${name}] unpack`,
    });
    return { kind: "tree", state: unpacked, config: undefined };
  }
  throw new BuildError([
    {
      severity: "error",
      code: "CONTEXT_INVALID",
      message: `cannot open build context ${name}: ${redact(value)} is of no known form`,
      hint: "give --build-context NAME= a directory, docker-image://, oci-layout://, git or http URL",
    },
  ]);
}

function inputConfig(engine: Engine, input: string): Uint8Array | undefined {
  const text = engine.options.get(`input-metadata:${input}`);
  if (text === undefined) return undefined;
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || !("containerimage.config" in parsed)) return undefined;
  const config = parsed["containerimage.config"];
  return typeof config === "string" ? Buffer.from(config, "base64") : undefined;
}

function withoutIgnored(tree: State, excludes: readonly string[]): State {
  return editFiles(
    undefined,
    [{ kind: "copy", from: tree, src: "/", dest: "/", contentsOnly: true, exclude: excludes }],
    { name: "[internal] apply .dockerignore" },
  );
}

/** The tree below a directory, as a tree of its own. */
export function subtree(tree: State, directory: string): State {
  return editFiles(undefined, [{ kind: "copy", from: tree, src: `/${directory}`, dest: "/", contentsOnly: true }], {
    name: `[internal] enter ${directory}`,
  });
}

function solveTree(engine: Engine, state: State, cacheImports: readonly CacheImport[]): Promise<Ref | undefined> {
  return solveState({ engine, options: { cacheImports }, sourceFiles: [] }, state);
}

async function readFiles(ref: Ref | undefined, paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  if (ref === undefined) return found;
  const read = await Promise.all(paths.map(async (path) => [path, await ref.readFile(path, readLimitBytes)] as const));
  for (const [path, bytes] of read) {
    if (bytes !== undefined) found.set(path, bytes);
  }
  return found;
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= make();
    return pending;
  };
}
