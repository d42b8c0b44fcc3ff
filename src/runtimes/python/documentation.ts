/** A text without the literals that stand first in its blocks, which speak of what others do. */
export function withoutDocumentation(text: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const { index, 0: start } of text.matchAll(/:[ \t]*\r?\n[ \t]*(?:"""|''')/gu)) {
    if (index < end) continue;
    const opened = index + start.length;
    const closed = text.indexOf(start.slice(-3), opened);
    if (closed === -1) break;
    parts.push(text.slice(end, opened));
    end = closed;
  }
  return [...parts, text.slice(end)].join("");
}
