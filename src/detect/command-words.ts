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
  const words = splitWords(set);
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

/** Words with their quotes taken away; undefined for what a shell would do more with. */
function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (const character of text) {
    if (quote === "" && /[;|<>`$*?&(){}\\]/u.test(character)) return undefined;
    if (quote === '"' && /[`$\\]/u.test(character)) return undefined;
    if (character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
    } else if (quote === "" && /\s/u.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/** The command of the process `web` in a Procfile. */
export function procfileWeb(text: string): string | undefined {
  return /^web:[ \t]*(?<command>.+)$/mu.exec(text)?.groups?.["command"]?.trim();
}
