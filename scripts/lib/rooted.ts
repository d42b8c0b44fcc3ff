import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { ProbeAnswer, ServerProbe } from "./containers.ts";

/** How an image's server starts, as far as a process without a container needs it. */
export interface RootedServer {
  /** The image's files. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
}

/**
 * Starts a server with an image's files as its root, as nobody, asks it once, and ends it. It takes no engine: root
 * enters another root as it is, others in a user namespace of their own. Without an answer, `said` tells why.
 */
export async function askRooted(
  { folder, command, env, workdir }: RootedServer,
  { port, path }: ServerProbe,
): Promise<{ readonly answer: ProbeAnswer | undefined; readonly said: string }> {
  const identity = process.getuid?.() === 0 ? ["--setgid=65532", "--setuid=65532"] : ["--map-root-user"];
  const args = [...identity, `--root=${folder}`, `--wd=${workdir}`, ...command];
  const child = spawn("unshare", args, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<boolean>((resolve) => {
    child.once("error", (failure) => {
      said += failure.message;
      resolve(true);
    });
    child.once("close", () => resolve(true));
  });
  try {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (await Promise.race([ended, delay(100, false)])) break;
      const answer = await ask(`http://127.0.0.1:${String(port)}${path}`);
      if (answer !== undefined) return { answer, said };
    }
    return { answer: undefined, said };
  } finally {
    child.kill("SIGTERM");
    await Promise.race([ended, delay(5000)]);
    child.kill("SIGKILL");
  }
}

async function ask(url: string): Promise<ProbeAnswer | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return undefined;
  }
}
