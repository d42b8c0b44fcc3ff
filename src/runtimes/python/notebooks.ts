import { fieldOf, isRecord, parseRecord } from "../../formats/json/json-object.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { Installation } from "./installation.ts";

/** A notebook: cells of code and text in JSON, which what reads it runs one after the other. */
export const notebook: RegExp = /\.ipynb$/u;

const shellCell = /^%%(?:bash|sh|script\s+(?:ba)?sh)\b[^\n]*\n/u;
/** Cells that are Python for all their first line: it measures or keeps what they print. */
const pythonCell = /^%%(?:time|timeit|capture|prun)\b[^\n]*\n/u;

/** The text of a source, of a notebook its code; empty where there is none. */
export async function readCode(path: AbsPath, { files }: Pick<Installation, "files">): Promise<string> {
  const text = (await files.readText(path)) ?? "";
  return notebook.test(path) ? codeOfNotebook(text) : text;
}

/** The code of a notebook as one source; an empty one where its cells are of another language. */
export function codeOfNotebook(text: string): string {
  const json = parseRecord(text);
  const metadata = fieldOf(json, "metadata");
  const language = fieldOf(metadata, "kernelspec")["language"] ?? fieldOf(metadata, "language_info")["name"];
  if (typeof language === "string" && !/^i?python\d?$/iu.test(language)) return "";
  // Until version 4 of the format, cells lay in sheets, and had their code as their input.
  const cells = [json, ...recordsIn(json?.["worksheets"])].flatMap((holder) => recordsIn(holder?.["cells"]));
  const code = cells.filter((cell) => cell["cell_type"] === "code");
  return code.map((cell) => codeOfCell(joined(cell["source"] ?? cell["input"]))).join("\n");
}

function codeOfCell(text: string): string {
  if (shellCell.test(text)) return `os.system(${JSON.stringify(text.replace(shellCell, ""))})`;
  const code = text.replace(pythonCell, "");
  if (code.startsWith("%%")) return "";
  const commands = code.replace(/^([ \t]*)!+(.*)$/gmu, (_, indent: string, line: string) => {
    return `${indent}os.system(${JSON.stringify(line.trim())})`;
  });
  return commands.replace(/^([ \t]*)%.*$/gmu, "$1pass");
}

function recordsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A text may be kept as its lines. */
function joined(value: unknown): string {
  return (Array.isArray(value) ? value : [value]).filter((line) => typeof line === "string").join("");
}
