/** A paragraph, list item or heading of a Markdown text, on one line, with the number of its first line. */
export interface Block {
  readonly line: number;
  readonly text: string;
}

/** A sentence with its number of words. */
export interface Sentence extends Block {
  readonly words: number;
}

/**
 * The lines of a Markdown text with its code blanked: fenced blocks, inline code and comments. Line numbers stay the
 * same. Inline code that crosses a line end is blanked too.
 */
export function withoutCode(text: string): readonly string[] {
  let fence = "";
  const lines = text.split("\n").map((line) => {
    const mark = /^ *(`{3,}|~{3,})/.exec(line)?.[1] ?? "";
    if (fence === "" && mark !== "") {
      fence = mark;
      return "";
    }
    if (fence === "") return line;
    if (mark.startsWith(fence)) fence = "";
    return "";
  });
  const blank = (found: string): string => found.replaceAll(/[^\n]/g, (letter) => (letter === "`" ? "`" : "x"));
  return lines
    .join("\n")
    .replaceAll(/<!--[\s\S]*?-->/g, (found) => found.replaceAll(/[^\n]/g, ""))
    .replaceAll(/(`+)(?!`)(?:(?!\n\n)[\s\S])*?[^`]\1(?!`)/g, blank)
    .split("\n");
}

/** Joins the lines of each paragraph and list item. Tables are left out. */
export function blocks(lines: readonly string[]): readonly Block[] {
  const found: Block[] = [];
  let isOpen = false;
  lines.forEach((line, index) => {
    const isTable = line.trimStart().startsWith("|");
    if (line.trim() === "" || isTable) {
      isOpen = false;
      return;
    }
    const last = found.at(-1);
    const startsBlock = /^ *(?:[-*+]|\d+\.|#+|>) /.test(line);
    if (!isOpen || startsBlock || last === undefined) found.push({ line: index + 1, text: line.trim() });
    else found[found.length - 1] = { line: last.line, text: `${last.text} ${line.trim()}` };
    isOpen = !/^#+ /.test(line);
  });
  return found;
}

/** Splits a block at the ends of its sentences and counts the words of each. A span of code is one word. */
export function sentences(block: Block): readonly Sentence[] {
  const plain = block.text
    .replace(/^(?:[-*+]|\d+\.|#+|>) /, "")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/`[^`]*`/g, "X");
  return plain
    .split(/(?<=[.!?]["')_*]*)\s+(?=["'(_*]*[A-Z0-9])/)
    .map((text) => ({ line: block.line, text, words: text.split(/\s+/).filter((word) => /\w/.test(word)).length }));
}
