import { spawnSync } from "node:child_process";
import type { ImageOrigin } from "../plan/image-origin.ts";

const patienceMilliseconds = 10_000;

/** The commit and the remote of the repository that a folder is in; empty where git is not here or knows of none. */
export function gitOrigin(hostFolder: string): Pick<ImageOrigin, "revision" | "source"> {
  const commit = askGit(hostFolder, ["rev-parse", "--verify", "HEAD"]);
  if (commit === undefined || !/^[0-9a-f]{40,64}$/u.test(commit)) return {};
  const changes = askGit(hostFolder, ["status", "--porcelain", "--ignore-submodules"]);
  const source = askGit(hostFolder, ["config", "--get", "remote.origin.url"]);
  return {
    revision: changes === "" ? commit : `${commit}-dirty`,
    ...(source === undefined || source === "" ? {} : { source }),
  };
}

/** The time of the commit that a folder is of, without a change; undefined where there is none. */
export function commitSeconds(hostFolder: string): number | undefined {
  const changes = askGit(hostFolder, ["status", "--porcelain", "--ignore-submodules"]);
  const seconds = changes === "" ? askGit(hostFolder, ["show", "--no-patch", "--format=%ct", "HEAD"]) : undefined;
  return seconds !== undefined && /^\d{1,11}$/u.test(seconds) ? Number(seconds) : undefined;
}

/** What git prints, without the end of its line; undefined where it fails. */
function askGit(hostFolder: string, args: readonly string[]): string | undefined {
  // A repository's own settings must not start a program.
  const safe = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-optional-locks"];
  const { status, stdout } = spawnSync("git", ["-C", hostFolder, ...safe, ...args], {
    encoding: "utf8",
    timeout: patienceMilliseconds,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout.trim() : undefined;
}
