import { splitShellWords } from "../formats/text/shell-words.ts";
import type { SpecValue } from "../spec/flow-text.ts";
import { name as targetName } from "../spec/schema/texts.ts";
import { builtInTargets } from "../spec/schema.ts";
import type { SpecKey } from "./candidate.ts";

/** A command as a person wrote it in a script or a Procfile, taken apart. */
export interface WrittenCommand {
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/**
 * The last command of a chain (`a && b`), without a shell's part: variables before it, quotes, `exec`, `cross-env`.
 * `$PORT` and `${PORT:-8000}` become the port. Undefined where only a shell can run it.
 */
export function readCommand(text: string, port: string): WrittenCommand | undefined {
  const last = text.split("&&").at(-1)?.trim() ?? "";
  const set = last.replaceAll(/\$\{PORT(?::?-[^}]*)?\}|\$PORT\b/gu, port);
  const words = splitShellWords(set);
  if (words === undefined) return undefined;
  const env: Record<string, string> = {};
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const assigned = /^(?<name>[A-Za-z_]\w*)=(?<value>.*)$/su.exec(word)?.groups;
    if (assigned !== undefined) env[assigned["name"] ?? ""] = assigned["value"] ?? "";
    else if (!["exec", "env", "cross-env", "dotenv", "npx"].includes(word)) break;
  }
  const rest = words.slice(at);
  return rest.length === 0 ? undefined : { env, words: rest };
}

/** What a Procfile starts. */
export interface Process {
  readonly name: string;
  readonly command: string;
}

/** The process `web` of a Procfile, or its only one. `release` runs before a deployment. */
export function procfileProcess(text: string): Process | undefined {
  const running = procfileProcesses(text);
  return running.find(({ name }) => name === "web") ?? (running.length === 1 ? running[0] : undefined);
}

/**
 * The other processes of a Procfile as targets of the spec: the same application with commands of their own. `cmdOf`
 * says what an image's `cmd` is for one, or undefined where it cannot be known.
 */
export async function procfileTargets(
  text: string,
  cmdOf: (process: Process) => Promise<WrittenCommand | undefined>,
): Promise<readonly SpecKey[]> {
  const main = procfileProcess(text);
  const targets: Record<string, SpecValue> = {};
  const leftOut: string[] = [];
  for (const process of procfileProcesses(text)) {
    if (process.name === main?.name) continue;
    const command = isTargetName(process.name) ? await cmdOf(process) : undefined;
    if (command === undefined) {
      leftOut.push(process.name);
      continue;
    }
    const { words, env } = command;
    targets[process.name] = { cmd: words, ...(Object.keys(env).length === 0 ? {} : { env }) };
  }
  if (Object.keys(targets).length === 0) return [];
  const others = leftOut.length === 0 ? "" : `; left out: ${leftOut.join(", ")}`;
  return [{ key: "targets", value: targets, because: `the other processes of the Procfile: --target NAME${others}` }];
}

/** A name that a target may have, and that is not one of every spec's own targets. */
function isTargetName(name: string): boolean {
  return targetName.safeParse(name).success && ![...builtInTargets, "debug"].some((own) => own === name);
}

function procfileProcesses(text: string): readonly Process[] {
  const found = [...text.matchAll(/^(?<name>[\w-]+):[ \t]*(?<command>\S.*)$/gmu)].map(({ groups }) => ({
    name: groups?.["name"] ?? "",
    command: groups?.["command"]?.trim() ?? "",
  }));
  return found.filter(({ name }) => name !== "release");
}
