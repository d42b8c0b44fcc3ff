import type { CallSyntax } from "../../languages/call-syntax.ts";

const nothing = /(?!)/gu;

/** How the form of `commandCodeOf` starts programs. */
export const guileCalls: CallSyntax = {
  calls:
    /\((?:apply\s+)?(?:system\*?|exec(?:lp?|le)|spawn|open-pipe\*\s+[A-Z_]+|open-pipe|open-(?:input-output|input|output)-pipe)(?=[\s,])[\s,]*(?:\((?:list|format\s+#[ft]|string-append)\s+|'\()?/gu,
  quoted: nothing,
  hole: /~[a-zA-Z]/gu,
  variable: /^\s*([A-Za-z_][\w-]*)(?=[\s),])/u,
  definition: /\(define\*?\s+\(([A-Za-z_][\w-]*)/gu,
  join: /^\s*\+/u,
  self: { atPlace: nothing, inText: nothing },
  isAlwaysShell: (call) => !/^\((?:apply\s+)?(?:system\*|exec|spawn|open-pipe\*)/u.test(call),
};

const text = String.raw`"(?:\\[\s\S]|[^"\\]){0,2000}"`;
const joined = new RegExp(String.raw`\(string-append((?:\s+(?:${text}|[^\s()"]{1,60}|\([^()"]{0,60}\)))+)\s*\)`, "gu");
const part = new RegExp(String.raw`${text}|[^\s()"]{1,60}|\([^()"]{0,60}\)`, "gu");
const listed = new RegExp(String.raw`(?:'\(|\(list\s+)(?=${text})`, "gu");
const defined = /\(define\s+([A-Za-z_][\w-]{0,60})\s+(?=["('])/gu;
const behindText = new RegExp(String.raw`(${text})\s+(?=[^\s).,+])`, "gu");

/**
 * A source without comments in a form in which commas stand between texts, `+` joins them and `=` gives a name its
 * value.
 */
export function commandCodeOf(code: string): string {
  return code
    .replace(joined, (_whole, parts: string) => [...parts.matchAll(part)].map(([one]) => one).join(" + "))
    .replace(new RegExp(String.raw`(?<!/)"\s\+\s"`, "gu"), "")
    .replace(defined, "$1 = ")
    .replace(listed, "[")
    .replace(behindText, "$1, ");
}

/** Words of a source or of data that may be names of modules, or parts of such names: `json`, `(json)`, `(my mod)`. */
export function moduleWordsIn(code: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [word] of code.matchAll(/(?<![\w$/.:-])[A-Za-z][\w.+-]{1,60}(?![\w(])/gu)) words.add(word);
  for (const [, list = ""] of code.matchAll(/\(([A-Za-z][\w.+-]*(?:\s+[A-Za-z][\w.+-]*){1,4})\)/gu))
    words.add(list.split(/\s+/u).join("/"));
  return words;
}
