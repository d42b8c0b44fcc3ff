import { readFileSync, statSync } from "node:fs";
import { type CommandOptions, type CommandResult, capture } from "./command.ts";
import { say } from "./project.ts";

// runc's words for a first process that the kernel took away before it ran anything. Seen about once in a thousand
// starts on a busy machine; the build then ends with no more than `exit code: 1`.
const lostStart = /unable to start container process: waiting for init preliminary setup/u;

// docker-registry answers so when it is asked for a tag whose file it is just writing.
const tornTag = /unexpected status from HEAD request to http:\/\/localhost:\d+\/\S+: 500 Internal Server Error/u;

/**
 * Runs the docker client; a failure is an answer. A command during which the engine lost a container before it started
 * (its log, which PITH_ENGINE_LOG names, or the client says so) says nothing about what is built: it is said and run
 * once more.
 */
export async function captureDocker(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const seen = logSize();
  const result = await capture("docker", args, options);
  if (result.code === 0 || options.signal?.aborted === true) return result;
  const isTorn = tornTag.test(result.stderr);
  if (!isTorn && !lostStart.test(result.stderr) && !lostStart.test(logSince(seen))) return result;
  const what = isTorn
    ? "the registry was asked for a tag that it was writing"
    : "a container was lost before it started";
  say(`engine: ${what}; running the command once more`);
  return capture("docker", args, options);
}

function logSize(): number {
  const path = process.env["PITH_ENGINE_LOG"];
  return path === undefined ? 0 : statSync(path).size;
}

function logSince(offset: number): string {
  const path = process.env["PITH_ENGINE_LOG"];
  return path === undefined ? "" : readFileSync(path).subarray(offset).toString();
}
