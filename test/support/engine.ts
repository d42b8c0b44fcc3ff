import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { type CommandOptions, type CommandResult, capture } from "../../scripts/lib/command.ts";

/** The engine under test, as `scripts/test.ts` names it in the environment. */
export interface TestEngine {
  readonly dockerHost: string;
  readonly store: "classic" | "containerd";
  /** `localhost:PORT`. */
  readonly registry: string;
  /** The frontend's image. */
  readonly frontend: string;
}

/** Throws when no engine is given: an engine test that cannot run has failed. */
export function testEngine(): TestEngine {
  const environment = z
    .object({
      DOCKER_HOST: z.string(),
      PITH_STORE: z.enum(["classic", "containerd"]),
      PITH_REGISTRY: z.string(),
      PITH_FRONTEND: z.string(),
    })
    .safeParse(process.env);
  if (!environment.success) throw new Error("cannot find an engine: run these tests with npm run test:engine");
  const { DOCKER_HOST, PITH_STORE, PITH_REGISTRY, PITH_FRONTEND } = environment.data;
  return { dockerHost: DOCKER_HOST, store: PITH_STORE, registry: PITH_REGISTRY, frontend: PITH_FRONTEND };
}

/** Runs the docker client; a failure is an answer. */
export async function docker(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return capture("docker", args, options);
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
      ...(options.tag === undefined ? [] : ["--tag", options.tag]),
      ...(options.args ?? []),
      options.context ?? dirname(options.spec),
    ],
    {
      env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1", ...options.env },
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
  );
  return { code: result.code, output: `${result.stderr}${result.stdout}` };
}

/** Builds a spec, which has to succeed, and returns the progress. */
export async function mustBuild(options: BuildOptions): Promise<string> {
  const result = await build(options);
  if (result.code !== 0) throw new Error(`cannot build ${options.spec}:\n${result.output}`);
  return result.output;
}

/** Arguments that make the engine take the frontend under test for this spec; none when its first line names it already. */
export function syntaxArguments(spec: string): readonly string[] {
  const { frontend } = testEngine();
  if (spec === "-" || basename(spec).startsWith("Dockerfile")) return [];
  const named = /^#\s*syntax\s*=\s*(\S+)/.exec(readFileSync(spec, "latin1"))?.[1];
  return named === frontend ? [] : ["--build-arg", `BUILDKIT_SYNTAX=${frontend}`];
}

export interface ServerProbe {
  readonly port: number;
  readonly path: string;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly body: string;
}

/** How test containers run: as nobody, with no network but loopback, nothing to write to and no capabilities. */
export const confined: readonly string[] = [
  "--read-only",
  "--network=none",
  "--cap-drop=ALL",
  "--security-opt=no-new-privileges",
  "--user=65532:65532",
];

/** Runs a container to its end. */
export async function runToEnd(
  image: string,
  runArgs: readonly string[],
  args: readonly string[],
): Promise<CommandResult> {
  return docker(["run", "--rm", ...confined, ...runArgs, image, ...args]);
}

/** Starts a container, asks its server from inside its own network namespace until it answers, and removes the container. */
export async function runServer(
  image: string,
  options: { readonly runArgs: readonly string[]; readonly args: readonly string[]; readonly probe: ServerProbe },
): Promise<ProbeAnswer> {
  const id = await dockerOutput(["run", "--detach", ...confined, ...options.runArgs, image, ...options.args]);
  try {
    for (let attempt = 0; attempt < 150; attempt++) {
      const [running, pid = "0"] = (
        await dockerOutput(["inspect", "--format", "{{.State.Running}} {{.State.Pid}}", id])
      ).split(" ");
      if (running !== "true") break;
      const answer = await askInside(pid, options.probe);
      if (answer !== undefined) return answer;
      await delay(200);
    }
    const logs = await docker(["logs", "--tail", "40", id]);
    throw new Error(`cannot get an answer from ${image}:\n${logs.stdout}${logs.stderr}`);
  } finally {
    await docker(["rm", "--force", "--volumes", id]);
  }
}

const question = `
const answer = await fetch(process.argv[1], { signal: AbortSignal.timeout(5000) });
process.stdout.write(JSON.stringify({ status: answer.status, body: await answer.text() }));
`;

async function askInside(pid: string, probe: ServerProbe): Promise<ProbeAnswer | undefined> {
  const url = `http://127.0.0.1:${probe.port}${probe.path}`;
  const asked = await capture("nsenter", [
    `--target=${pid}`,
    "--net",
    process.execPath,
    "--input-type=module",
    "--eval",
    question,
    url,
  ]);
  if (asked.code !== 0) return undefined;
  return z.object({ status: z.number(), body: z.string() }).parse(JSON.parse(asked.stdout));
}
