/** Deeper than any document of the OCI specifications. */
const maximumDepth = 64;

/**
 * Parses JSON that one reader only can understand: UTF-8, no name twice in an object, not nested beyond reason. Readers
 * differ in which of two values they take, so that a digest would stand for two documents. The reason where it is
 * refused.
 */
export function parseStrictJson(bytes: Uint8Array): { readonly value: unknown } | { readonly why: string } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { why: "it is not UTF-8" };
  }
  if (depthOf(text) > maximumDepth) return { why: "it is nested too deep" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: "not JSON" };
  }
  const name = findRepeatedName(text);
  return name === undefined ? { value } : { why: `it has the name ${JSON.stringify(name.slice(0, 100))} twice` };
}

/** Looks at brackets outside of strings; of text that may be no JSON. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, ++depth);
    else if (character === "}" || character === "]") depth--;
  }
  return deepest;
}

/** Text is valid JSON here, so that a string followed by a colon is a name. */
function findRepeatedName(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names !== undefined && isColonNext(text, end)) {
        const name = String(JSON.parse(text.slice(at, end)));
        if (names.has(name)) return name;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** The place behind a string's closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function isColonNext(text: string, start: number): boolean {
  let at = start;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}
