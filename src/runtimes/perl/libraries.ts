import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/**
 * The directories that the text after `use lib` can mean in a file: plain strings, and those that are put together from
 * the place of the script (FindBin, `__FILE__`). Only some of them may exist. Undefined when it names nothing that can
 * be told.
 */
export function libraryCandidates(text: string, location: SourceLocation): readonly AbsPath[] | undefined {
  const found = elementsOf(text).map((element) => candidatesOf(element, location));
  return found.every((one) => one === undefined) ? undefined : found.flatMap((one) => one ?? []);
}

interface SourceLocation {
  readonly file: AbsPath;
  readonly script: AbsPath | undefined;
  readonly workdir: AbsPath;
}

/** The elements of a list: commas within parentheses and texts belong to one of them. */
function elementsOf(text: string): readonly string[] {
  const parts = text.matchAll(
    /"(?:\\[^]|[^"\\])*(?:"|\\?$)|'(?:\\[^]|[^'\\])*(?:'|\\?$)|[([{]|[)\]}]|,|[^"'()[\]{},]+/gu,
  );
  const elements = [""];
  let depth = 0;
  for (const [part] of parts) {
    if (/^[([{]$/u.test(part)) depth++;
    if (/^[)\]}]$/u.test(part)) depth--;
    if (part === "," && depth <= 0) elements.push("");
    else elements[elements.length - 1] += part;
  }
  return elements;
}

function candidatesOf(text: string, location: SourceLocation): readonly AbsPath[] | undefined {
  const strings = stringsOf(text);
  const isOfScript = /\b(?:FindBin|Bin|RealBin)\b/u.test(text);
  if (isOfScript || /__FILE__|\bcurfile\b/u.test(text)) {
    const base = parentOf(isOfScript ? (location.script ?? location.file) : location.file);
    const tails = strings.map((part) => part.replace(/\$\{?(?:FindBin::)?(?:Real)?Bin\}?/u, "").replace(/^\/+/u, ""));
    const joined = tails.join("/");
    const candidates = [...tails, joined].flatMap((tail) => [toAbsPath(tail, base), toAbsPath(tail, parentOf(base))]);
    return candidates.filter((path) => path !== "/" && !path.includes("$"));
  }
  const plain = strings.filter((part) => !/[$@]/u.test(part));
  if (plain.length === 0) return undefined;
  const isJoined = /["'][ \t]*\.[ \t]*["']/u.test(text);
  return [...plain, ...(isJoined ? [plain.join("")] : [])].map((part) => toAbsPath(part, location.workdir));
}

/** Definitions that stand on each other. */
const maxDefinitions = 8;

/**
 * The text after `use lib` with what the source says of its constants and variables, those that it sets in the
 * environment among them: `use constant HERE => dirname(__FILE__)`.
 */
export function withDefinitions(text: string, code: string): string {
  let known = text;
  const seen = new Set<string>();
  for (let count = 0; count < maxDefinitions; count++) {
    const next = [
      ...known.matchAll(/\$\{?(ENV\{\w+\}|[A-Za-z_]\w*)\}?|(?<![\w:$>])([A-Z][A-Z0-9_]+)(?![\w:]|\s*=>)/gu),
    ].find(([, variable = "", constant = ""]) => !seen.has(variable + constant));
    if (next === undefined) break;
    const [whole, variable, constant] = next;
    seen.add(variable ?? constant ?? "");
    const definition = definitionOf(code, { variable, constant });
    if (definition !== undefined) known = replaced(known, { at: next.index, length: whole.length, definition });
  }
  return known;
}

function definitionOf(
  code: string,
  { variable, constant }: { readonly variable: string | undefined; readonly constant: string | undefined },
): string | undefined {
  const name = variable?.replaceAll(/[{}]/gu, String.raw`\$&`) ?? "";
  const assignment = String.raw`\$${name}[ \t]*\)?[ \t]*(?:\|\|)?=(?![=~])`;
  const start = constant === undefined ? assignment : String.raw`\buse[ \t]+constant[ \t]+${constant}[ \t]*=>`;
  const values = [...code.matchAll(new RegExp(String.raw`${start}\s*([^;]{1,400});`, "gu"))].map(([, one = ""]) =>
    one.trim(),
  );
  // What the environment has is the choice of a run; another line has what holds without it.
  return values.find((one) => !/^\$ENV\{[^}]*\}$/u.test(one)) ?? values[0];
}

/** A text in quotes takes the place of a name within a text; what is no text stands before it. */
function replaced(
  text: string,
  { at, length, definition }: { readonly at: number; readonly length: number; readonly definition: string },
): string {
  const [before, behind] = [text.slice(0, at), text.slice(at + length)];
  const isInText = before.split('"').length % 2 === 0;
  if (!isInText) return `${before}${definition}${behind}`;
  const plain = /^(["'])([^"'$@]*)\1$/u.exec(definition)?.[2];
  return plain === undefined ? `${definition} . ${before}${behind}` : `${before}${plain}${behind}`;
}

function stringsOf(text: string): readonly string[] {
  const quoted = [...text.matchAll(/(["'])([^"'\n]{1,400})\1/gu)].map((match) => match[2] ?? "");
  const words = [...text.matchAll(/\bqw\s*[([{</|!]([^)\]}>|!]{1,400})/gu)].flatMap((match) =>
    (match[1] ?? "").split(/[\s/]+(?=[^\w]|$)|\s+/u),
  );
  return [...quoted, ...words].filter((part) => part !== "");
}
