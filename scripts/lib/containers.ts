import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { type CommandResult, capture, output } from "./command.ts";
import { captureDocker } from "./docker.ts";
import { undoing } from "./interruption.ts";

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

/** Asks a server in a container, by the container's id and by that of its first process. */
type Ask = (id: string, pid: string, probe: ServerProbe) => Promise<ProbeAnswer | undefined>;

/**
 * Starts a container, asks its server from inside its own network namespace until it answers, and removes the
 * container. It takes root on the machine of the engine.
 */
export async function runServer(
  image: string,
  run: ContainerRun & { readonly probe: ServerProbe },
  ask: Ask = async (_id, pid, probe) => askInside(pid, probe),
): Promise<ProbeAnswer> {
  const started = await output("docker", ["run", "--detach", ...confined, ...run.runArgs, image, ...run.args]);
  const id = started.trim();
  return undoing(
    async () => void (await capture("docker", ["rm", "--force", "--volumes", id])),
    async () => {
      for (let attempt = 0; attempt < 150; attempt++) {
        const [running, pid = "0"] = (
          await output("docker", ["inspect", "--format", "{{.State.Running}} {{.State.Pid}}", id])
        )
          .trim()
          .split(" ");
        if (running !== "true") break;
        const answer = await ask(id, pid, run.probe);
        if (answer !== undefined) return answer;
        await delay(200);
      }
      const logs = await capture("docker", ["logs", "--tail", "40", id]);
      throw new Error(`cannot get an answer from ${image}:\n${logs.stdout}${logs.stderr}`);
    },
  );
}

/**
 * Asks from a container beside it, whose image has Node: it takes no root, and the engine may be in a machine of its
 * own.
 */
export function askFrom(image: string): Ask {
  return async (id, _pid, probe) => {
    const options = ["--rm", `--network=container:${id}`, "--entrypoint=/usr/local/bin/node", image];
    const asked = await capture("docker", ["run", ...options, "--input-type=module", "--eval", question, url(probe)]);
    return answerOf(asked);
  };
}

const question = `
const answer = await fetch(process.argv[1], { signal: AbortSignal.timeout(5000) });
process.stdout.write(JSON.stringify({ status: answer.status, body: await answer.text() }));
`;

async function askInside(pid: string, probe: ServerProbe): Promise<ProbeAnswer | undefined> {
  const node = [process.execPath, "--input-type=module", "--eval", question, url(probe)];
  return answerOf(await capture("nsenter", [`--target=${pid}`, "--net", ...node]));
}

function url({ port, path }: ServerProbe): string {
  return `http://127.0.0.1:${port}${path}`;
}

function answerOf({ code, stdout }: CommandResult): ProbeAnswer | undefined {
  return code === 0 ? z.object({ status: z.number(), body: z.string() }).parse(JSON.parse(stdout)) : undefined;
}
