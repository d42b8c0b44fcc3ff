import { splitShellWords } from "../formats/text/shell-words.ts";

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
  const found = [...text.matchAll(/^(?<name>[\w-]+):[ \t]*(?<command>\S.*)$/gmu)].map(({ groups }) => ({
    name: groups?.["name"] ?? "",
    command: groups?.["command"]?.trim() ?? "",
  }));
  const running = found.filter(({ name }) => name !== "release");
  return found.find(({ name }) => name === "web") ?? (running.length === 1 ? running[0] : undefined);
}
