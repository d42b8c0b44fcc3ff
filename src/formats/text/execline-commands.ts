const firstLine = /^#![^\n]{0,200}\bexecline/u;
/** A text in quotes, a comment, a brace, the end of a line, or a word. */
const token = /"((?:[^"\\]|\\.)*)"|(?:^|(?<=\s))#[^\n]*|[{}\n]|(?:[^\s"{}\\]|\\.)+/gu;

/**
 * The commands of a script of execline, undefined for another text: each line and each block in braces begins one, as
 * in `foreground { mkdir -p /run/own }`. What stands behind a command's own arguments is what it goes on to be.
 */
export function commandsOfExecline(text: string): readonly (readonly string[])[] | undefined {
  if (!firstLine.test(text)) return undefined;
  const commands: string[][] = [[]];
  for (const [whole, inQuotes] of text.matchAll(token)) {
    if (whole.startsWith("#")) continue;
    if (inQuotes === undefined && /^[{}\n]$/u.test(whole)) commands.push([]);
    else commands.at(-1)?.push(inQuotes ?? whole);
  }
  return commands.filter((words) => words.length > 0);
}
