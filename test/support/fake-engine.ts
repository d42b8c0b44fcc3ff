import { z } from "zod";
import { BuildError } from "../../src/diagnostics/diagnostic.ts";
import { readDefinition } from "../../src/formats/llb/definition.ts";
import { type Definition } from "../../src/formats/llb/graph.ts";
import { build } from "../../src/frontend/build.ts";
import { type Engine, EngineError, type Ref, type TreeEntry, type Warning } from "../../src/frontend/engine.ts";
import type { SpecFiles } from "../../src/frontend/read-spec.ts";
import type { ClosureAnswer } from "../../src/plan/closure-exchange.ts";
import { skeletonLanguages } from "../../src/runtimes/skeletons.gen.ts";
import { dumpDefinition, toPlain } from "./llb-text.ts";

// A build that fails early does not wait for a language that it loads, and a load after the end of a file is an error.
await Promise.all(skeletonLanguages.map(async (language) => language.load()));

type Files = Readonly<Record<string, string>>;

/** The result of a failed run unless a test says otherwise: reading it fails as the run did. */
const nothing: Files = {};

/** The contents of a recording engine; everything left out is empty. */
export interface FakeEngine {
  readonly options?: Readonly<Record<string, string>>;
  /** Files beside the spec; `pith.yaml` is the spec. */
  readonly spec: Files;
  readonly context?: Files;
  /** Files of other sources, by their identifier. */
  readonly sources?: Readonly<Record<string, Files>>;
  /** Configurations of images, as JSON text, by full reference. */
  readonly images?: Readonly<Record<string, string>>;
  /** Exit codes of programs that fail, by a text of the graph that runs them, which ends with the program. */
  readonly failures?: Readonly<Record<string, number>>;
  /** The line of `pith.yaml` that the engine blames for these failures. */
  readonly failureLine?: number;
  /** The application's tree where it is read whole; else it counts as too large for that. */
  readonly application?: readonly TreeEntry[];
  /** The results of runs, by a text of the graph that runs them; the first that fits counts. */
  readonly outputs?: Readonly<Record<string, Files>>;
}

/** The requests of a build to the engine. */
export interface Recording {
  readonly engine: Engine;
  /** Each graph that was solved, as text. */
  readonly solved: readonly string[];
  readonly warnings: readonly Warning[];
  /** Options of each foreign frontend that ran. */
  readonly frontends: readonly ReadonlyMap<string, string>[];
}

const emptyImage = '{"architecture":"amd64","os":"linux","config":{}}';

/** The answer of the resolver unless a test says otherwise. */
export const answer: ClosureAnswer = {
  version: 1,
  diagnostics: [],
  figures: {
    files: 1,
    bytes: 1,
    bytecodeFiles: 0,
    bytecodeBytes: 0,
    executables: 1,
    packages: 1,
    unpackagedFiles: 0,
    builderPackages: 1,
    builderFiles: 1,
    builderBytes: 1,
  },
  config: { entrypoint: ["/usr/bin/true"], cmd: [], path: "/usr/bin", env: {}, user: "65532:65532" },
  given: ["/home/nonroot"],
  layers: ["system"],
};

/**
 * An engine that makes nothing: it hands over files by the last operation's source, and notes what it was asked for.
 */
export function recordingEngine(fake: FakeEngine): Recording {
  const solved: string[] = [];
  const warnings: Warning[] = [];
  const frontends: ReadonlyMap<string, string>[] = [];
  const images: Readonly<Record<string, string>> = { "docker.io/library/base:1": emptyImage, ...fake.images };
  const filesOf = (definition: Definition): Files => {
    const names = [...readDefinition(definition).ops]
      .map(([, bytes]) => identifierOf(bytes))
      .filter((name) => name !== "");
    if (names.includes("local://dockerfile")) return fake.spec;
    const source = names.find((name) => fake.sources?.[name] !== undefined);
    if (source !== undefined) return fake.sources?.[source] ?? {};
    return names.length === 1 && names[0] === "local://context"
      ? (fake.context ?? {})
      : { "answer.json": JSON.stringify(answer) };
  };
  const engine: Engine = {
    options: new Map(Object.entries({ filename: "pith.yaml", source: "pith:1", ...fake.options })),
    sessionId: "session",
    keepsAttestations: true,
    workerPlatforms: [{ os: "linux", architecture: "amd64" }],
    has: () => true,
    ownImage: async () => Promise.resolve(undefined),
    solve: async (definition) => {
      const dump = dumpDefinition(definition);
      solved.push(dump);
      const [failing = "", exitCode] = Object.entries(fake.failures ?? {}).find(([text]) => dump.includes(text)) ?? [];
      const [, output] = Object.entries(fake.outputs ?? {}).find(([text]) => dump.includes(text)) ?? [];
      const failure = exitCode === undefined ? undefined : failureOf(definition, failing, exitCode, fake.failureLine);
      const left = output ?? (failure === undefined ? filesOf(definition) : nothing);
      const ref = toRef(left, failure, fake.application);
      return Promise.resolve({ ref, refs: new Map(), metadata: new Map() });
    },
    solveFrontend: async (_, options) => {
      frontends.push(options);
      return Promise.resolve({ ref: undefined, refs: new Map(), metadata: new Map() });
    },
    resolveImage: async (reference) => {
      const config = images[reference];
      if (config === undefined) throw new EngineError(`${reference}: not found`, { code: 5, details: [] });
      return Promise.resolve({ digest: `sha256:${"1".repeat(64)}`, config: Buffer.from(config), reference });
    },
    inputs: async () => Promise.resolve(new Map()),
    warn: async (warning) => {
      warnings.push(warning);
      return Promise.resolve();
    },
  };
  return { engine, solved, warnings, frontends };
}

/** Builds, and returns the findings as lines: `CODE: message (file:line; hint)`. Empty when the build succeeds. */
export async function findingsOf(fake: FakeEngine): Promise<readonly string[]> {
  const seen: SpecFiles = { files: [] };
  try {
    await build(recordingEngine(fake).engine, seen);
    return [];
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    return failure.diagnostics.map(({ code, message, span, hint = "" }) => {
      const location = span === undefined ? "" : `${span.file}:${String(span.start.line)}; `;
      return `${code}: ${message} (${location}${hint})`;
    });
  }
}

function identifierOf(op: Uint8Array): string {
  const { source } = toPlain("Op", op);
  return typeof source === "object" && source !== null && "identifier" in source ? String(source.identifier) : "";
}

function namesIn(files: Files, directory: string): readonly string[] | undefined {
  const prefix = directory === "" ? "" : `${directory}/`;
  const below = Object.keys(files).filter((path) => path.startsWith(prefix));
  const names = below.map((path) => path.slice(prefix.length).replace(/\/.*$/u, "/"));
  return below.length === 0 && prefix !== "" ? undefined : [...new Set(names)].sort();
}

/** As the engine tells that the program with a text, or else the last one of the graph, failed. */
function failureOf(definition: Definition, text: string, exitCode: number, line: number | undefined): EngineError {
  const programs = [...readDefinition(definition).ops].flatMap(([, bytes]) => programOf(bytes) ?? []);
  const message = `process "${programs.find((program) => program.includes(text)) ?? programs.at(-1) ?? ""}" did not complete successfully: exit code: ${String(exitCode)}`;
  const location = line === undefined ? {} : { location: { file: "pith.yaml", line } };
  return new EngineError(message, { code: 2, details: [], exitCode, ...location });
}

const execSchema = z.looseObject({ exec: z.looseObject({ meta: z.looseObject({ args: z.array(z.string()) }) }) });

function programOf(op: Uint8Array): string | undefined {
  return execSchema.safeParse(toPlain("Op", op)).data?.exec.meta.args.join(" ");
}

function toRef(files: Files, failure: EngineError | undefined, application?: readonly TreeEntry[]): Ref {
  const read = (path: string): Uint8Array | undefined => {
    if (failure !== undefined && files === nothing) throw failure;
    const text = files[path.replace(/^\//u, "")];
    return text === undefined ? undefined : Buffer.from(text);
  };
  return {
    id: "ref",
    definition: undefined,
    readFile: async (path) => Promise.resolve(path).then(read),
    readHead: async (path, length) => (await Promise.resolve(path).then(read))?.subarray(0, length),
    readDirectory: async (directory) => Promise.resolve(namesIn(files, directory.replace(/^\/+|\/+$/gu, ""))),
    readTree: async (_, limits) => Promise.resolve(application?.filter(({ path }) => !limits.leavesOut(path))),
    evaluate: async () => {
      if (failure !== undefined) throw failure;
      return Promise.resolve();
    },
  };
}
