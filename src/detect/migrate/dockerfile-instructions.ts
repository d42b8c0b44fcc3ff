import { DockerfileParser, type Instruction } from "dockerfile-ast";

/** A text of several lines that an instruction has behind its line. */
export interface HereDocument {
  readonly name: string;
  readonly text: string;
}

/** One instruction of a Dockerfile, on one logical line. */
export interface DockerInstruction {
  /** In capitals. */
  readonly word: string;
  readonly line: number;
  readonly flags: readonly (readonly [name: string, value: string])[];
  /** What follows the word and the flags, without comments; a line that goes on keeps its break. */
  readonly rest: string;
  readonly documents: readonly HereDocument[];
}

/** The instructions of a Dockerfile; the parser finds them, with escapes, comments and here documents. */
export function readInstructions(text: string): readonly DockerInstruction[] {
  const lines = text.split("\n");
  const dockerfile = DockerfileParser.parse(text);
  const escape = dockerfile.getEscapeCharacter();
  return dockerfile.getInstructions().map((one) => readInstruction(one, { lines, escape }));
}

interface Source {
  readonly lines: readonly string[];
  readonly escape: string;
}

function readInstruction(instruction: Instruction, { lines, escape }: Source): DockerInstruction {
  const { start, end } = instruction.getRange();
  const documents = readDocuments(instruction, lines);
  const firstOfDocuments =
    documents.length === 0 ? end.line + 1 : documentStart(lines, { start: start.line, end: end.line });
  const own = lines
    .slice(start.line, Math.min(end.line, firstOfDocuments - 1) + 1)
    .map((line, index) => (index === 0 ? line.slice(start.character) : line));
  const joined = own
    .filter((line, index) => index === 0 || !/^\s*(?:#.*)?$/u.test(line))
    .map((line) => line.trimEnd())
    .map((line) => (line.endsWith(escape) ? `${line.slice(0, -1)}\\` : line))
    .join("\n");
  const rest = joined.replace(/^\S+\s*/u, "");
  const { flags, after } = readFlags(rest);
  return { word: instruction.getKeyword(), line: start.line + 1, flags, rest: after.trim(), documents };
}

/** The line behind the one that opens the here documents. */
function documentStart(lines: readonly string[], range: { readonly start: number; readonly end: number }): number {
  for (let at = range.start; at <= range.end; at += 1) if (opening.test(lines[at] ?? "")) return at + 1;
  return range.end + 1;
}

const opening = /<<-?\s*["']?[A-Za-z_]\w*/u;

function readDocuments(instruction: Instruction, lines: readonly string[]): readonly HereDocument[] {
  if (!["RUN", "COPY", "ADD"].includes(instruction.getKeyword())) return [];
  const { start, end } = instruction.getRange();
  const first = documentStart(lines, { start: start.line, end: end.line });
  if (!opening.test(lines[first - 1] ?? "")) return [];
  const names = [...(lines[first - 1] ?? "").matchAll(/<<(?<tabs>-?)\s*["']?(?<name>[A-Za-z_]\w*)/gu)];
  const found: HereDocument[] = [];
  let at = first;
  for (const { groups } of names) {
    const name = groups?.["name"] ?? "";
    const body: string[] = [];
    for (; at < lines.length && lines[at]?.trim() !== name; at += 1) {
      const line = (lines[at] ?? "").replace(/\r$/u, "");
      body.push(groups?.["tabs"] === "-" ? line.replace(/^\t+/u, "") : line);
    }
    at += 1;
    found.push({ name, text: body.map((line) => `${line}\n`).join("") });
  }
  return found;
}

function readFlags(text: string): Pick<DockerInstruction, "flags"> & { readonly after: string } {
  const flags: (readonly [name: string, value: string])[] = [];
  let after = text;
  for (;;) {
    const found = /^(?:\\\n)?\s*--(?<name>[a-z-]+)(?:=(?<value>"[^"]*"|\S+))?(?:\s+|\\\n|$)/u.exec(after);
    if (found === null) return { flags, after: after.replace(/^(?:\s*\\\n\s*)+/u, "") };
    flags.push([found.groups?.["name"] ?? "", (found.groups?.["value"] ?? "").replaceAll('"', "")]);
    after = after.slice(found[0].length);
  }
}
