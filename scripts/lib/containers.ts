import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { type CommandResult, capture, output } from "./command.ts";
import { captureDocker } from "./docker.ts";

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

export interface ContainerRun {
  /** Further options of `docker run`. */
  readonly runArgs: readonly string[];
  /** For the program. */
  readonly args: readonly string[];
}

/** Runs a confined container to its end. */
export async function runToEnd(image: string, run: ContainerRun): Promise<CommandResult> {
  return captureDocker(["run", "--rm", ...confined, ...run.runArgs, image, ...run.args]);
}

/**
 * Starts a container, asks its server from inside its own network namespace until it answers, and removes the
 * container.
 */
export async function runServer(
  image: string,
  run: ContainerRun & { readonly probe: ServerProbe },
): Promise<ProbeAnswer> {
  const started = await output("docker", ["run", "--detach", ...confined, ...run.runArgs, image, ...run.args]);
  const id = started.trim();
  try {
    for (let attempt = 0; attempt < 150; attempt++) {
      const [running, pid = "0"] = (
        await output("docker", ["inspect", "--format", "{{.State.Running}} {{.State.Pid}}", id])
      )
        .trim()
        .split(" ");
      if (running !== "true") break;
      const answer = await askInside(pid, run.probe);
      if (answer !== undefined) return answer;
      await delay(200);
    }
    const logs = await capture("docker", ["logs", "--tail", "40", id]);
    throw new Error(`cannot get an answer from ${image}:\n${logs.stdout}${logs.stderr}`);
  } finally {
    await capture("docker", ["rm", "--force", "--volumes", id]);
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
