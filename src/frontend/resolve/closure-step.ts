import { type ClosureRequest } from "../../closure/model/request.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { runExec } from "../../formats/llb/ops/exec.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import type { ExecMount, FileAction, State } from "../../formats/llb/state.ts";
import type { SpecLocations } from "../../inspect/manifest/reasons.ts";
import { type ClosureAnswer, parseClosureAnswer } from "../../plan/closure-exchange.ts";
import type { ImageSubject } from "../../plan/image-subject.ts";
import type { ResolverCall, ResolverCommand } from "../../plan/resolver-commands.ts";
import { resolverMounts, rootMount } from "../../plan/resolver-mounts.ts";
import { fail, type PlatformBuild, progressName } from "../build-context.ts";
import { EngineError, type Ref } from "../engine.ts";
import { solveState } from "../solve.ts";
import { ownImage } from "./own-image.ts";

/**
 * Most of what the resolver makes lives for a moment. With little room for that, the same pages are used again, where
 * new ones would be asked of the kernel: a fifth to a third less memory, and on machines that are slow to give it a
 * tenth less time.
 */
export const resolverFlags: readonly string[] = ["--max-semi-space-size=4"];

const program = ["/usr/local/bin/node", ...resolverFlags, "/pith/resolver.js"] as const;

const answerLimitBytes = 4 * 1024 * 1024;

/** A tree that the resolver reads: a state, and the directory of it that counts as its root. */
export interface InputTree {
  readonly state: State;
  readonly directory: string;
  /** True where the tree comes from the client, so that only its content can be a cache key. */
  readonly byContent: boolean;
}

export interface ResolvedClosure {
  readonly answer: ClosureAnswer;
  /** Holds `answer.json`, `closure.json` and `layers/`. */
  readonly output: State;
  /** The files that the resolver did not write to a layer, by the layer's name. */
  readonly added?: ReadonlyMap<string, readonly FileAction[]>;
  readonly ref: Ref;
  /** The request, and its trees. */
  readonly request: ClosureRequest;
  readonly trees: readonly InputTree[];
  /** The trees as they are, where skeletons stand in for one of `trees`. */
  readonly wholeTrees?: readonly InputTree[];
}

/** The inputs of the resolver beside the request. */
export interface Resolvable {
  /** The trees of the request, in their order. */
  readonly trees: readonly InputTree[];
  readonly baseImage?: ResolvedClosure | undefined;
  /** The step's name in progress output. */
  readonly name?: string | undefined;
}

/**
 * Runs the resolver inside the engine, where the files are: its root is the frontend's own image, the trees are mounted
 * read-only, and there is no network. Over `baseImage` it makes one layer. Secrets of the build's steps are there where
 * it has any, to be found in what ships.
 */
export async function resolveInEngine(
  build: PlatformBuild,
  request: ClosureRequest,
  { trees, baseImage, name = "resolve closure" }: Resolvable,
): Promise<ResolvedClosure> {
  invariant(trees.length === request.trees.length, "a source of the request has no tree");
  const requestFile = requestTree(build, request, []);
  const mounts: readonly ExecMount[] = [
    { ...requestMount, state: requestFile },
    ...treeMounts(trees),
    ...secretMounts(request),
    ...(baseImage === undefined
      ? []
      : [{ type: "bind" as const, dest: resolverMounts.closure, state: baseImage.output, readonly: true }]),
  ];
  const output = await runResolver(build, ["resolve"], mounts, name);
  const { ref, bytes } = await readAnswer(build, output).catch((failure: unknown) => {
    throw failure instanceof EngineError ? explainFailure(build, failure, trees) : failure;
  });
  return { answer: parseClosureAnswer(bytes), output, ref, request, trees };
}

const requestMount = { type: "bind", dest: resolverMounts.request, readonly: true } as const;

/** The tree with the request, and with what printing takes beside it. */
function requestTree(
  build: PlatformBuild,
  request: ClosureRequest,
  more: readonly (readonly [string, string])[],
): State {
  const files = [["/request.json", JSON.stringify(request)] as const, ...more];
  return editFiles(
    undefined,
    files.map(([path, text]) => ({
      kind: "make-file",
      path,
      mode: 0o644,
      content: new TextEncoder().encode(text),
      timestampSeconds: request.epochSeconds,
    })),
    { name: progressName(build, "internal", more.length === 0 ? "write closure request" : "write places of the spec") },
  );
}

/** Mounts trees where the resolver looks for them. */
export function treeMounts(trees: readonly InputTree[]): readonly ExecMount[] {
  return trees.map((tree, index) => ({
    type: "bind",
    dest: rootMount(index),
    state: tree.state,
    readonly: true,
    ...(tree.directory === "/" ? {} : { selector: tree.directory }),
    contentCache: tree.byContent ? "on" : "off",
  }));
}

/**
 * The secrets of the steps, so that the resolver can look for them in what ships. The engine keeps values out of its
 * cache keys; a directory in memory holds the mount points, of which the frontend's image cannot have as many as there
 * may be.
 */
function secretMounts({ secrets = [] }: ClosureRequest): readonly ExecMount[] {
  if (secrets.length === 0) return [];
  return [
    { type: "tmpfs", dest: resolverMounts.secrets },
    ...secrets.map(
      ({ id }, index): ExecMount => ({
        type: "secret",
        id,
        dest: `${resolverMounts.secrets}/${String(index)}`,
        mode: 0o400,
        optional: true,
      }),
    ),
  ];
}

/** Reading is what makes the engine run the resolver, and the builders before it. */
async function readAnswer(
  build: PlatformBuild,
  output: State,
): Promise<{ readonly ref: Ref; readonly bytes: Uint8Array }> {
  const ref = await solveState(build, output);
  invariant(ref !== undefined, "the resolver left no output");
  const bytes = await ref.readFile("/answer.json", answerLimitBytes);
  invariant(bytes !== undefined, "the resolver left no answer");
  return { ref, bytes };
}

/** The failure of the resolver itself, or of a mount; the failure of a builder's step stays as it is. */
function explainFailure(build: PlatformBuild, failure: EngineError, trees: readonly InputTree[]): Error {
  const { message, missingPath } = failure;
  const absent = trees.find(({ directory }) => directory !== "/" && directory === missingPath);
  if (absent !== undefined) {
    const where = absent.byContent ? "the build context" : "its builder";
    const found: Diagnostic = {
      severity: "error",
      code: "FILE_MISSING",
      message: `cannot find the application in ${absent.directory.slice(absent.byContent ? 1 : 0)}: ${where} has no such directory`,
      hint: absent.byContent
        ? "correct the path, or look whether .dockerignore leaves it out"
        : "correct the path, or make the directory in `build`",
    };
    return fail(build, "/app", found, failure);
  }
  if (!message.startsWith(`process "${program.join(" ")}`)) return failure;
  const { code, details } = failure;
  return new EngineError(resolverFailure(failure.exitCode), { code, details, cause: failure });
}

/**
 * 128 and the number of a signal: SIGKILL, which is what the kernel sends when memory runs out, and SIGABRT, by which
 * V8 ends when its heap is full.
 */
const codesWithoutMemory: readonly (number | undefined)[] = [137, 134];

function resolverFailure(exitCode: number | undefined): string {
  const how = exitCode === undefined ? "" : ` with exit code ${String(exitCode)}`;
  const hint = codesWithoutMemory.includes(exitCode)
    ? "the engine may lack memory: give it more; if it has enough, report it with what the resolver printed"
    : "please report it with what the resolver printed";
  return `INTERNAL_ERROR: cannot finish the build: the resolver ended${how}\n  hint: ${hint}`;
}

/** The report to print, and its subject. */
export interface Report {
  readonly kind: Extract<ResolverCommand, "manifest" | "explain" | "diff" | "sbom" | "reasons">;
  /** Undefined where the report names no place of the spec, so that a comment in the spec does not make it anew. */
  readonly locations?: SpecLocations;
  /** `explain`: the path; `diff`: the manifest in `older`; `sbom`: the format. Empty: all there is. */
  readonly path: string;
  /** `sbom`: what the image is called. */
  readonly subject?: ImageSubject;
  /** `diff`: the tree that holds the older image's manifest. */
  readonly older?: State;
}

/**
 * Prints a closure for people or tools: a tree that holds `manifest.json`, `explain.txt`, or `diff.txt` and
 * `diff.json`. To explain one path the builders are at hand too, so that an absent one can be looked for.
 */
export async function printInEngine(build: PlatformBuild, closure: ResolvedClosure, report: Report): Promise<State> {
  const { kind, path, locations, subject } = report;
  const request = locations === undefined ? [] : [printRequest(build, closure, locations)];
  const older = { state: report.older, directory: "/", byContent: true };
  const trees = kind === "diff" ? [older] : kind === "explain" && path !== "" ? closure.trees : [];
  return runResolver(
    build,
    [kind, ...(path === "" ? [] : [path]), ...(subject === undefined ? [] : [JSON.stringify(subject)])],
    [
      ...request,
      { type: "bind", dest: resolverMounts.closure, state: closure.output, readonly: true },
      ...treeMounts(trees),
    ],
    `print ${path === "" ? kind : `${kind} ${path}`}`,
  );
}

function printRequest(build: PlatformBuild, closure: ResolvedClosure, locations: SpecLocations): ExecMount {
  return {
    ...requestMount,
    state: requestTree(build, closure.request, [["/locations.json", JSON.stringify(locations)]]),
  };
}

/**
 * Runs a command of the resolver on a closure with its request and the builders at hand. The result is what it writes.
 */
export async function runOnClosure(
  build: PlatformBuild,
  closure: ResolvedClosure,
  run: {
    readonly call: ResolverCall;
    readonly mounts: readonly ExecMount[];
    /** Undefined where the output names no place of the spec. */
    readonly locations?: SpecLocations;
    readonly what: string;
  },
): Promise<State> {
  const mounts: readonly ExecMount[] = [
    run.locations === undefined
      ? { ...requestMount, state: requestTree(build, closure.request, []) }
      : printRequest(build, closure, run.locations),
    ...treeMounts(closure.trees),
    { type: "bind", dest: resolverMounts.closure, state: closure.output, readonly: true, contentCache: "off" },
    ...run.mounts,
  ];
  return runResolver(build, run.call, mounts, run.what);
}

/** Runs a command of the resolver. The result is what it writes. */
export async function runResolver(
  build: PlatformBuild,
  call: ResolverCall,
  mounts: readonly ExecMount[],
  what: string,
): Promise<State> {
  const root = await ownImage(build);
  const { mounts: outputs } = runExec(
    {
      root,
      readonlyRoot: true,
      // The engine loads the frontend's image before it knows of imported caches, and asks none of them for it again:
      // in an empty engine only the content of the image leads to what another one has resolved.
      rootContentCache: "on",
      args: [...program, ...call],
      env: [],
      cwd: "/",
      network: "none",
      mounts: [...mounts, { type: "bind", dest: resolverMounts.out, state: undefined, output: true }],
      platform: build.options.buildPlatform,
    },
    {
      name: progressName(build, "pith", what),
      spans: [build.spanOf("")],
      ...(build.options.noCache === true ? { ignoreCache: true } : {}),
    },
  );
  return outputs.get(resolverMounts.out);
}
