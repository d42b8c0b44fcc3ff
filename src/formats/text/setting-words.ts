import { withoutDescription } from "./placed-words.ts";
import { settingLines } from "./setting-lines.ts";

/**
 * A name where a value begins: behind a sign, an indent's dash, a quote or a tab, or alone at the start of a line. In a
 * table for cron it stands behind the times.
 */
const begun =
  /(?:^(?:[\d*,/-]{1,20}[ \t]{1,8}){5}|^@[a-z]{4,8}[ \t]{1,8}|^|[:=[{,("'`|>;&\t])[ \t]{0,20}(?:-[ \t]{1,8})?(?:[&!][\w-]{1,40}[ \t]{1,4})?["']?([a-z\d][\w.+-]{1,40})(?=$|[\s"',\]})<;|&])/gu;
/** What makes the name before it a key, or a part of one. */
const isKey = /^["']?[ \t]{0,20}(?:[:=](?!\/\/)|=>)/u;
/** What ends a value that is the name alone. */
const isAlone =
  /^["']?[ \t]{0,20}(?:$|[,\]}<;#])|^["']\)|^["'](?:[ \t]{0,20}\/?>|[ \t]{1,20}[A-Za-z][\w:.-]{0,40}=["'])/u;
/** What programs are given: an option, a path, a file's name, what is filled in, another command. */
const isGiven =
  /^[ \t]{1,10}(?:[^\s"']{1,60}[ \t]{1,10}){0,3}(?:\.(?=[ \t"']|$)|-{1,2}(?:[A-Za-z]|(?=[\s"']|$))|\S{0,60}[/$%{<@]|["']?[\w-]{1,40}\.[a-z]\w{0,4}(?=$|[\s"',])|[|>])/u;
/** The next text of a list is an option. */
const isListed = /^["']?[ \t]{0,10},[ \t]{0,10}["']?-{1,2}\w/u;
/** The next line of a list is an option. */
const isListedBelow = /^[ \t]{0,40}-[ \t]{1,8}["']?-{1,2}\w/u;
/** A comment, or the name of a section. */
const isPassedOver = /^\s*(?:#|;|\/\/|\[[^\],"']{1,200}\]\s*$)/u;
/** Ends what stands before the value of an option: `--to=html`. */
const option = /(?:^|[\s"'])-{1,2}[\w-]{1,40}$/u;
const optionLength = 50;

/**
 * Words with which values of settings begin, as commands do: `text: pdftotext -layout`, `gif = gifsicle`, `[jq, -r]`,
 * `<tool>convert</tool>`; true for those that have a command's arguments behind them. Which are programs is for the
 * caller to tell.
 */
export function settingWords(text: string): ReadonlyMap<string, boolean> {
  const words = new Map<string, boolean>();
  const lines = settingLines(withoutDescription(text).replaceAll("\r\n", "\n"));
  for (const [at, line] of lines.entries()) {
    if (isPassedOver.test(line)) continue;
    for (const { 0: whole, 1: word = "", index } of line.matchAll(begun)) {
      const behind = line.slice(index + whole.length);
      const isFilledIn = whole.startsWith("{") && behind.startsWith("}");
      const isOfOption = whole.startsWith("=") && option.test(line.slice(Math.max(0, index - optionLength), index));
      if (isFilledIn || isOfOption || isKey.test(behind)) continue;
      const isBehind = /^[|&][ \t]/u.test(whole) && /[\s|&]/u.test(line.charAt(index - 1));
      const isLine =
        isBehind ||
        isGiven.test(behind) ||
        isListed.test(behind) ||
        (isAlone.test(behind) && whole.includes("-") && isListedBelow.test(lines[at + 1] ?? ""));
      if (isLine || isAlone.test(behind)) words.set(word, isLine || words.get(word) === true);
    }
  }
  return words;
}

/** An absolute path where a value or an argument begins, of as many parts as paths have. */
const wholePath = /(?<![\w./$}~*-])\/(?:[\w.+-]{1,60}\/){1,12}[\w.+-]{1,60}(?=$|[\s"',;|&)\]}<])/gmu;

/** Absolute paths that settings hold, in the order of the text; each once. */
export function settingPaths(text: string): ReadonlySet<string> {
  return new Set(text.match(wholePath) ?? []);
}
