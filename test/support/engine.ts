import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { z } from "zod";
import type { CommandOptions, CommandResult } from "../../scripts/lib/command.ts";
import { captureDocker } from "../../scripts/lib/docker.ts";

/** The engine under test, as `scripts/test.ts` names it in the environment. */
export interface TestEngine {
  readonly dockerHost: string;
  readonly store: "classic" | "containerd";
  /** `localhost:PORT`. */
  readonly registry: string;
  /** The frontend's image. */
  readonly frontend: string;
  /** False: the engine runs only what storing decides; another one runs the rest. */
  readonly isInFull: boolean;
}

/** Throws when no engine is given: an engine test that cannot run has failed. */
export function testEngine(): TestEngine {
  const environment = z
    .object({
      DOCKER_HOST: z.string(),
      PITH_STORE: z.enum(["classic", "containerd"]),
      PITH_REGISTRY: z.string(),
      PITH_FRONTEND: z.string(),
      PITH_SUITES: z.enum(["all", "storing"]).default("all"),
    })
    .safeParse(process.env);
  if (!environment.success) throw new Error("cannot find an engine: run these tests with npm run test:engine");
  const { DOCKER_HOST, PITH_STORE, PITH_REGISTRY, PITH_FRONTEND, PITH_SUITES } = environment.data;
  return {
    dockerHost: DOCKER_HOST,
    store: PITH_STORE,
    registry: PITH_REGISTRY,
    frontend: PITH_FRONTEND,
    isInFull: PITH_SUITES === "all",
  };
}

/** Runs the docker client; a failure is an answer. */
export async function docker(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return captureDocker(args, options);
}

/** Runs the docker client, which has to succeed, and returns its standard output without the last line break. */
export async function dockerOutput(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await docker(args, options);
  if (result.code !== 0)
    throw new Error(`cannot run docker ${args.join(" ")}: exit code ${result.code}\n${result.stderr}`);
  return result.stdout.trimEnd();
}

export interface BuildOptions {
  /** The spec; the build context is its folder unless `context` says otherwise. */
  readonly spec: string;
  readonly context?: string;
  readonly tag?: string;
  /** Further options of `docker build`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** True: the image is started at the end of the build, as for a user. Default: it is not, which saves a second. */
  readonly startCheck?: boolean;
  /**
   * True: the layers of the tag are compressed as for a user. Default: not where the store can, which saves seconds of
   * gzip.
   */
  readonly isCompressed?: boolean;
}

export interface BuildResult {
  readonly code: number;
  /** The whole plain progress, as a user sees it. */
  readonly output: string;
}

/**
 * Builds a spec as a user does. Steps get the host's network, since private engines have no other; the frontend of the
 * `# syntax=` line is used as it stands when it names the one under test, and replaced otherwise.
 */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const result = await docker(
    [
      "build",
      "--progress=plain",
      "--network=host",
      "--file",
      options.spec,
      ...syntaxArguments(options.spec),
      ...(options.startCheck === true || isDockerfile(options.spec) ? [] : ["--build-arg", "START_CHECK=off"]),
      ...tagArguments(options),
      ...(options.args ?? []),
      options.context ?? dirname(options.spec),
    ],
    {
      env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1", ...options.env },
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  // A failure is reported by the engine or by the client's own half of the build, whichever is first, before the same
  // words.
  const said = result.stderr.replaceAll("ERROR: failed to run Build function: ", "ERROR: failed to solve: ");
  return { code: result.code, output: `${said}${result.stdout}` };
}

function tagArguments({ tag, args = [], isCompressed = false }: BuildOptions): readonly string[] {
  if (tag === undefined) return [];
  const hasOutput = args.some((argument) => /^(?:--push|--load|--output|-o)\b/u.test(argument));
  if (isCompressed || hasOutput || testEngine().store === "classic") return ["--tag", tag];
  return [`--output=type=image,name=${tag},unpack=true,compression=uncompressed`];
}

function isDockerfile(spec: string): boolean {
  return spec === "-" || basename(spec).startsWith("Dockerfile");
}

/** Builds a spec, which has to succeed, and returns the progress. */
export async function mustBuild(options: BuildOptions): Promise<string> {
  const result = await build(options);
  if (result.code !== 0) throw new Error(`cannot build ${options.spec}:\n${result.output}`);
  return result.output;
}

/**
 * Arguments that make the engine take the frontend under test for this spec; none when its first line names it already.
 */
export function syntaxArguments(spec: string): readonly string[] {
  const { frontend } = testEngine();
  if (isDockerfile(spec)) return [];
  const named = /^#\s*syntax\s*=\s*(\S+)/.exec(readFileSync(spec, "latin1"))?.[1];
  return named === frontend ? [] : ["--build-arg", `BUILDKIT_SYNTAX=${frontend}`];
}
