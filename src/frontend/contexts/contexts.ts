import type { ProjectFiles } from "../../detect/project.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { redact } from "../../diagnostics/redact.ts";
import { fromDefinition } from "../../formats/llb/definition.ts";
import type { Definition } from "../../formats/llb/graph.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import { sourceHttp, sourceLocal } from "../../formats/llb/ops/source.ts";
import type { State } from "../../formats/llb/state.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import { composeFileNames } from "../../plan/compose-runs.ts";
import { parseIgnoreFile } from "../../plan/ignore-file.ts";
import { lockNameOf } from "../../plan/lock.ts";
import type { BuildOptions } from "../../plan/options.ts";
import { formatPlatform } from "../../plan/platforms.ts";
import type { Engine, Ref } from "../engine.ts";
import { gitState, type NamedContext, openNamed } from "./named-contexts.ts";
import { readProjectFiles } from "./project-files.ts";
import { readFiles, readListedFiles, solveTree } from "./read-trees.ts";
import { archiveHeadBytes, isArchive, isHttpUrl } from "./remote-url.ts";

/** Where the spec and the files of a build come from. */
export interface Contexts {
  /** Reads files beside the spec, by paths relative to its directory. Missing ones are left out. */
  readSpecFiles(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Reads files of the build context, ignore rules applied. */
  readContextFiles(paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The build context with its ignore rules applied; `paths` narrows what is transferred where that is possible. */
  contextState(paths: readonly string[] | undefined): State;
  /** The build context for detection: without what tools have installed in it. */
  projectFiles(): Promise<ProjectFiles>;
  named(name: string, platform: Platform): Promise<NamedContext | undefined>;
}

/**
 * The spec and the files that belong to it, those that say how it is run among them, all asked for at once: each
 * question is a transfer from the client.
 */
export function specFileNames(specName: string): readonly string[] {
  return [specName, `${specName}.dockerignore`, lockNameOf(specName), ...composeFileNames];
}

interface Locations {
  /** Undefined: a local directory of that name on the client. */
  readonly specTree: State;
  readonly specLocal: string;
  readonly contextTree: State;
  readonly contextLocal: string;
}

/** Files that are asked for one by one at most. */
const shortListLength = 2;

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
    const answers = new Map<string, Promise<ReadonlyMap<string, Uint8Array>>>();
    const readOnce = async (paths: readonly string[]) => {
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
      // The client sent little: its names are listed sooner than each is asked for.
      const isListed = tree === undefined && paths.length > shortListLength;
      return isListed ? readListedFiles(await pending, paths) : readFiles(await pending, paths);
    };
    return async (paths: readonly string[]) => {
      const key = JSON.stringify(paths);
      const answer = answers.get(key) ?? readOnce(paths);
      answers.set(key, answer);
      return answer;
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
    const readRoot = reader(locations.contextTree, locations.contextLocal, ".dockerignore", []);
    // Both are asked for at once: each is a transfer from the client, and few specs have an ignore file of their own.
    const [beside, inContext] = await Promise.all([
      readSpecFiles(specFileNames(options.specName)),
      readRoot([".dockerignore"]),
    ]);
    const found = beside.get(name) ?? inContext.get(".dockerignore");
    return found === undefined ? [] : parseIgnoreFile(new TextDecoder().decode(found));
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
    projectFiles: lazy(async () => {
      const local = locations.contextLocal;
      const tree = locations.contextTree ?? projectTree(local, sessionOf(local), excludes);
      return readProjectFiles(await solveTree(engine, tree, options.cacheImports));
    }),
    async named(name, platform) {
      const value =
        engine.options.get(`context:${name}::${formatPlatform(platform)}`) ?? engine.options.get(`context:${name}`);
      return value === undefined ? undefined : openNamed(engine, { name, value }, { inputs, sessionOf });
    },
  };
}

/** The context without what tools have installed in it, apart from what later steps ask the client for. */
function projectTree(local: string, sessionId: string, excludes: readonly string[]): State {
  return sourceLocal(local, {
    name: "[internal] detect the application",
    sessionId,
    excludePatterns: [...excludes, "**/node_modules", "**/.git", "**/.venv"],
    sharedKeyHint: `${local}-project`,
    differ: "none",
  });
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
  const git = gitState(remote, { name: `[internal] load git source ${redact(remote)}` });
  if (git !== undefined) return { spec: git, context: git };
  if (!isHttpUrl(remote)) {
    throw new BuildError([
      {
        severity: "error",
        code: "CONTEXT_INVALID",
        message: `cannot open build context ${redact(remote)}: not a git or http URL`,
        hint: "give a directory, a git URL or the URL of a tar archive",
      },
    ]);
  }
  const download = sourceHttp(remote, {
    name: "[internal] load remote build context",
    filename: "context",
  });
  const ref = await solveTree(engine, download, options.cacheImports);
  const head = await ref?.readHead("context", archiveHeadBytes);
  if (head !== undefined && isArchive(head)) {
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

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= make();
    return pending;
  };
}
