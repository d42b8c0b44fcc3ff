import { spawn } from "node:child_process";
import { dirname } from "node:path";

export interface Interruption {
  readonly spec: string;
  readonly tag: string;
  readonly args: readonly string[];
  /** For the client, such as DOCKER_HOST. */
  readonly env: Readonly<Record<string, string>>;
  /** The output of the build when it has come far enough. */
  readonly when: RegExp;
  /**
   * Ends the client, or the engine below it. `signal` reaches the client and what it started, as Ctrl-C at a terminal
   * does.
   */
  readonly act: (signal: (name: NodeJS.Signals) => void) => Promise<void> | void;
}

/** Starts a build, interrupts it in the middle, and waits until the client is gone. Answers whether the moment came. */
export async function interruptBuild(
  interruption: Interruption,
): Promise<{ readonly reached: boolean; readonly code: number }> {
  const { spec, tag, args, env, when, act } = interruption;
  const child = spawn(
    "docker",
    ["build", "--progress=plain", "--network=host", "--file", spec, "--tag", tag, ...args, dirname(spec)],
    { detached: true, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } },
  );
  let printed = "";
  let acted: Promise<void> | undefined;
  const signal = (name: NodeJS.Signals): void => {
    // The group: docker hands a build to its plug-in.
    if (child.pid !== undefined) process.kill(-child.pid, name);
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    if (acted === undefined && when.test(printed)) acted = Promise.resolve(act(signal));
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 137));
  });
  await acted;
  return { reached: acted !== undefined, code };
}
