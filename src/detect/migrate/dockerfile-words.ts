import { splitShellWords } from "../../formats/text/shell-words.ts";

/** What a name stands for; undefined: that is not known here. */
export type Lookup = (name: string) => string | undefined;

/** A text with its variables, and the names of those that are not known. */
export interface Expanded {
  readonly text: string;
  readonly unknown: readonly string[];
}

/** Expands `$X`, `${X}`, `${X:-text}` and `${X:+text}` as a Dockerfile does; what is not known is empty. */
export function expand(text: string, lookup: Lookup): Expanded {
  const unknown: string[] = [];
  const pattern = /\\\$|\$\{(?<braced>\w+)(?::(?<operator>[-+?])(?<word>[^}]*))?\}|\$(?<plain>[A-Za-z_]\w*)/gu;
  const expanded = text.replaceAll(pattern, (...found: readonly unknown[]) => {
    const { braced, plain, operator, word = "" } = groupsOf(found.at(-1));
    const name = braced ?? plain;
    if (name === undefined) return "$";
    const value = lookup(name);
    if (operator === "+") return value === undefined || value === "" ? "" : word;
    if (operator === "-" && (value === undefined || value === "")) return word;
    if (value === undefined) unknown.push(name);
    return value ?? "";
  });
  return { text: expanded, unknown };
}

function groupsOf(value: unknown): Readonly<Record<string, string | undefined>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** `A=1 B="x y"` or the old form `A x y`, of ENV and LABEL. */
export function readPairs(rest: string): readonly (readonly [name: string, value: string])[] {
  const text = rest.replaceAll("\\\n", " ");
  if (!/^\s*(?:"[^"]*"|[^\s=]+)=/u.test(text)) {
    const [, name = "", value = ""] = /^(\S+)\s+(.*)$/su.exec(text.trim()) ?? [];
    return name === "" ? [] : [[name, value]];
  }
  const pairs = text.matchAll(
    /(?<!\S)(?<name>"[^"]*"|[^\s=]+)=(?<value>(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])*)/gsu,
  );
  return [...pairs].map(({ groups }) => [unquote(groups?.["name"] ?? ""), unquote(groups?.["value"] ?? "")] as const);
}

/** A value without its quotes and escapes; an escaped dollar sign stays so for `expand`. */
export function unquote(text: string): string {
  return text.replaceAll(
    /"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|\\(?<escaped>[^$])/gsu,
    (...found: readonly unknown[]) => {
      const { double, single, escaped } = groupsOf(found.at(-1));
      if (single !== undefined) return single.replaceAll("$", () => "\\$");
      return double?.replaceAll(/\\([^$])/gu, "$1") ?? escaped ?? "";
    },
  );
}

/** A list of words as JSON; undefined: the shell form. */
export function readJsonWords(rest: string): readonly string[] | undefined {
  const text = rest.replaceAll("\\\n", " ").trim();
  if (!text.startsWith("[")) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((one) => typeof one === "string") ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** A command in shell form, without the shell where it needs none. */
export function shellWords(rest: string, shell: readonly string[]): readonly string[] {
  const text = rest.replaceAll("\\\n", " ").replaceAll(/\s+/gu, " ").trim();
  const words = splitShellWords(text.replace(/^exec /u, ""));
  const isPlain =
    words !== undefined && words.length > 0 && !/^\w+=/u.test(words[0] ?? "") && !builtIns.has(words[0] ?? "");
  return isPlain ? words : [...shell, text];
}

const builtIns = new Set([
  ".",
  ":",
  "cd",
  "eval",
  "exit",
  "export",
  "if",
  "set",
  "source",
  "test",
  "trap",
  "ulimit",
  "umask",
  "while",
]);

/** The words of an instruction such as COPY. */
export function plainWords(rest: string): readonly string[] {
  return (
    readJsonWords(rest) ??
    rest
      .replaceAll("\\\n", " ")
      .split(/\s+/u)
      .filter((word) => word !== "")
      .map(unquote)
  );
}

/** A path as an absolute one, from a working directory. A slash at its end stays. */
export function absolutePath(path: string, workdir: string): string {
  const from = path.startsWith("/") ? path : `${workdir}/${path}`;
  const parts: string[] = [];
  for (const part of from.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const end = /(?:^|\/)\.{0,2}$/u.test(path) && parts.length > 0 ? "/" : "";
  return `/${parts.join("/")}${end}`;
}
