import type { PrintedEntry, PrintedReason } from "../manifest/printed-manifest.ts";

/**
 * One step of a chain as a sentence without its full stop: who asked, why, and what came of it. Reasons complete "FROM
 * ...", and where they say `it`, they mean what they bring.
 */
export function sentenceOf(reason: PrintedReason, brought: Pick<PrintedEntry, "path" | "kind">): string {
  const subject = subjectOf(reason);
  const { why, evidence } = reason;
  const { path } = brought;
  if (why === "lies in it") return `${subject} lies in ${path}`;
  if (names(why, path)) return `${subject} ${why}`;
  // A reason of the spec is left as it is.
  const isQuoted = evidence === "user" && why.startsWith("includes ");
  if (!isQuoted && /\bit\b/u.test(why)) return `${subject} ${why.replace(/\bit\b/u, path)}`;
  return `${subject} ${why}, ${connect(reason, brought)}${path}`;
}

/** Who asks: a path, or a line of the spec with the key that stands there. */
export function subjectOf({ from, key, isDefault }: PrintedReason): string {
  if (key === undefined) return from;
  return isDefault === true ? `${from} (${key}, by default)` : `${from} (${key})`;
}

const named =
  /^(?:needs|imports|loads|preloads|requires|starts|copies|is started by|is a filter for|may import)\b|\bopens\b/u;

function connect({ why }: PrintedReason, { path, kind }: Pick<PrintedEntry, "path" | "kind">): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (named.test(why)) {
    // The way to a library may lead through links of directories, such as /lib.
    if (kind === "symlink" && !names(why, name) && !name.includes(".so")) return "by way of the link ";
    return why.startsWith("requires") ? "to which belongs " : "which is ";
  }
  return "for which there is ";
}

/** True when a text has the words as a whole. */
function names(text: string, words: string): boolean {
  const at = text.indexOf(words);
  return at !== -1 && !/[\w/-]/u.test(text.charAt(at - 1)) && !/[\w/-]/u.test(text.charAt(at + words.length));
}
