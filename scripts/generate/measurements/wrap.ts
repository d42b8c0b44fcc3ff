/** Markdown with its paragraphs and lists in lines that are not too long; tables and headings stay as they are. */
export function wrapParagraphs(text: string): string {
  const blocks = text.split("\n\n").map((block) => {
    if (/^(?:\||#|<!--)/u.test(block)) return block;
    return block
      .split(/\n(?=- )/u)
      .map(wrapped)
      .join("\n");
  });
  return blocks.join("\n\n");
}

const mostColumns = 120;

/** A paragraph or an item of a list in lines that are not too long. */
function wrapped(paragraph: string): string {
  const indent = paragraph.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  for (const [word] of paragraph.matchAll(/(?:\[[^\]]*\]\([^)]*\)|\S)+/gu)) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (`${last} ${word}`.length > mostColumns) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join("\n");
}
