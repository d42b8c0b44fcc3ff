import { spawn } from "node:child_process";
import net from "node:net";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import type { ImageSettings } from "../formats/oci/image-config.ts";
import { allowsReadonly, imageOwner } from "../frontend/verify/sandbox.ts";
import type { Spec } from "../spec/spec.ts";
import type { Call } from "./command.ts";
import { askClient } from "./engine-client.ts";
import type { ImageEngine } from "./image-engine.ts";

/** A container of an image, as `pith run` starts it. */
export interface ContainerRun {
  readonly image: string;
  readonly container: string;
  /** The words after the image's name: they take the place of its command. */
  readonly args: readonly string[];
  readonly options: readonly string[];
  /** Seconds that the program has to end after its stop signal. Default: the engine's. */
  readonly graceSeconds?: number;
  /** Ends the program at once, without any more patience. */
  readonly haste?: AbortSignal;
  /** Awaited when the container is made, before its program starts: the end of one that has its ports. */
  readonly after?: Promise<void> | undefined;
  /** True: the caller takes the container away when it has ended, at a time when nobody waits for the engine. */
  readonly stays?: boolean;
}

/**
 * Options of `docker run` that leave a program the least that its image allows: no new privileges, and for one that is
 * not root no capability and nothing to write but `/tmp` and its volumes.
 */
export function hardenedOptions(spec: Spec, settings: ImageSettings): readonly string[] {
  const isRoot = imageOwner(settings).uid === 0;
  return [
    "--security-opt",
    "no-new-privileges",
    // Servers that start as root need some of them to become somebody else.
    ...(isRoot ? [] : ["--cap-drop", "ALL"]),
    ...(allowsReadonly(spec, settings) ? ["--read-only"] : []),
    ...(spec.system.tmp ? ["--tmpfs", "/tmp"] : []),
  ];
}

/** Options that publish the image's TCP ports on this machine alone, each under its own number where that is free. */
export async function publishedPorts({ ports }: Pick<ImageSettings, "ports">): Promise<readonly string[]> {
  const options: string[] = [];
  for (const text of ports) {
    const [port = "", protocol = "tcp"] = text.split("/");
    const free = protocol === "tcp" ? await freePort(Number(port)) : Number(port);
    options.push("--publish", `127.0.0.1:${String(free)}:${port}/${protocol}`);
  }
  return options;
}

/** The port, or any where it is taken or for root alone. */
async function freePort(port: number): Promise<number> {
  const tried = await listen(port);
  return tried ?? (await listen(0)) ?? port;
}

async function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1" }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}

const stopAgainMilliseconds = 200;

/**
 * Runs a container until it ends, with its output as the command's own, and returns its exit code. An interrupted call
 * stops it in order, as `docker stop` does, and returns undefined. Nothing of the container stays unless `stays` says
 * so.
 */
export async function runContainer(
  { terminal, signal }: Call,
  { client }: ImageEngine,
  { image, container, args, options, graceSeconds, haste, after, stays = false }: ContainerRun,
): Promise<number | undefined> {
  const named = [...(stays ? [] : ["--rm"]), "--name", container, ...options, image, ...args];
  const isMade = after !== undefined && (await askClient(client, ["create", ...named])) !== undefined;
  await after;
  const words = isMade ? ["start", "--attach", container] : ["run", ...named];
  // Of a group of its own: Ctrl-C of a terminal must not end the client before its container.
  const child = spawn(client, words, {
    stdio: [process.stdin.isTTY ? "ignore" : "inherit", "pipe", "pipe"],
    detached: true,
  });
  child.stdout?.setEncoding("utf8").on("data", (text: string) => terminal.print(text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => terminal.pass(text));
  const grace = graceSeconds === undefined ? [] : ["--time", String(graceSeconds)];
  const ended = new AbortController();
  // A client that has just begun has no container yet: it is asked again until it ends.
  const stopAll = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await askClient(client, ["stop", ...grace, container]);
      if (!ended.signal.aborted) await setTimeout(stopAgainMilliseconds);
    }
  };
  const stop = (): void => void stopAll();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const kill = (): void => void askClient(client, ["kill", container]);
  haste?.addEventListener("abort", kill, { once: true });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve(status ?? 1));
    });
    return signal.aborted ? undefined : code;
  } finally {
    ended.abort();
    signal.removeEventListener("abort", stop);
    haste?.removeEventListener("abort", kill);
  }
}
