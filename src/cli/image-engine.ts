import { spawn } from "node:child_process";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { wordList } from "../spec/suggest.ts";
import type { Call } from "./command.ts";
import { askClient } from "./engine-client.ts";

/** An engine of this machine that keeps images and runs them, known by the client that talks to it. */
export interface ImageEngine {
  readonly client: "docker" | "podman" | "nerdctl";
}

/** Clients in the order in which they are asked, each with a question that only an engine answers. */
const questions = [
  { client: "docker", args: ["version", "--format", "{{.Server.Version}}"] },
  { client: "podman", args: ["info", "--format", "{{.Version.Version}}"] },
  { client: "nerdctl", args: ["info", "--format", "{{.ServerVersion}}"] },
] as const;

/** The first of Docker, Podman and containerd (by nerdctl) that answers. Throws ENGINE_MISSING. */
export async function findImageEngine(): Promise<ImageEngine> {
  for (const { client, args } of questions) {
    if ((await askClient(client, args)) !== undefined) return { client };
  }
  throw new BuildError([
    {
      severity: "error",
      code: "ENGINE_MISSING",
      message: `cannot load the image: none of ${wordList(questions.map(({ client }) => client))} answers`,
      hint: "start an engine, or write a file with -o oci-archive:out.tar",
    },
  ]);
}

/** Loads what `docker save` writes. Throws ENGINE_REFUSED. */
export async function loadArchive(call: Call, { client }: ImageEngine, archive: string): Promise<void> {
  const { code, words } = await runClient(call, { client, args: ["load", "--input", archive] });
  if (code === 0) return;
  throw new BuildError([
    {
      severity: "error",
      code: "ENGINE_REFUSED",
      message: `cannot load the image: ${client} load ended with ${String(code)}: ${words.trim()}`,
      hint: `see whether ${client} works, and has room on its disk`,
    },
  ]);
}

const shownLength = 2000;

/** Runs a client to its end; what it says comes with `-v`. Throws when the call is aborted. */
async function runClient(
  { terminal, signal }: Call,
  { client, args }: { readonly client: string; readonly args: readonly string[] },
): Promise<{ readonly code: number; readonly words: string }> {
  terminal.detail(`${client} ${args.join(" ")}`);
  signal.throwIfAborted();
  const child = spawn(client, [...args], { stdio: ["ignore", "pipe", "pipe"] });
  let words = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-shownLength);
    });
  }
  const stop = (): void => void child.kill("SIGINT");
  signal.addEventListener("abort", stop, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve(status ?? 1));
    });
    signal.throwIfAborted();
    terminal.detail(words.trim());
    return { code, words };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
