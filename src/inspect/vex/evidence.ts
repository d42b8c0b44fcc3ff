import { createHash } from "node:crypto";
import { z } from "zod";
import { compareBytes } from "../../rootfs/rootfs.ts";
import type { Evidence, Statement } from "./statements.ts";

/** Lists of files by their digests. */
export type FileLists = ReadonlyMap<string, readonly string[]>;

/** Lists of up to so many files stand in their statements. */
const mostFiles = 8;

const marker = " Evidence: ";

/** What a statement says of itself: why, and what it stands on, so that both people and programs can look again. */
export function noteOf({ impact, evidence: { database, source, files, functions, programs } }: Statement): string {
  const listed = (list: readonly string[]): string | readonly string[] =>
    list.length > mostFiles ? digestOfList(list) : list;
  const more =
    functions === undefined || programs === undefined
      ? {}
      : { functions: listed(functions), programs: listed(programs) };
  return `${impact}${marker}${JSON.stringify({ database, source, files: listed(files), ...more })}`;
}

const list = z.union([z.string(), z.array(z.string())]);
const noteSchema = z.object({
  database: z.string(),
  source: z.string(),
  files: list,
  functions: list.optional(),
  programs: list.optional(),
});

/** Reads back what a note stands on; undefined where it is none of Pith's, or its list is not among these. */
export function evidenceIn(note: string, lists: FileLists): Evidence | undefined {
  const at = note.lastIndexOf(marker);
  if (at === -1) return undefined;
  const parsed = noteSchema.safeParse(parseJson(note.slice(at + marker.length)));
  if (!parsed.success) return undefined;
  const { database, source } = parsed.data;
  const [files, functions, programs] = [parsed.data.files, parsed.data.functions, parsed.data.programs].map((one) =>
    typeof one === "string" ? lists.get(one) : one,
  );
  if (files === undefined) return undefined;
  if (parsed.data.functions === undefined && parsed.data.programs === undefined) return { database, source, files };
  return functions === undefined || programs === undefined
    ? undefined
    : { database, source, files, functions, programs };
}

/** The lists that statements name by their digests, as JSON. */
export function printFileLists(statements: readonly Statement[]): string {
  const all = statements.flatMap(({ evidence: { files, functions = [], programs = [] } }) => [
    files,
    functions,
    programs,
  ]);
  const long = all.filter((one) => one.length > mostFiles);
  const lists = new Map(long.map((files) => [digestOfList(files), files]));
  const sorted = [...lists].sort(([left], [right]) => compareBytes(left, right));
  return `${JSON.stringify({ version: 1, lists: Object.fromEntries(sorted) }, undefined, 1)}\n`;
}

const listsSchema = z.looseObject({ version: z.literal(1), lists: z.record(z.string(), z.array(z.string())) });

/** Reads lists back. Those that are not what their digest says are left out; undefined for any other document. */
export function parseFileLists(document: unknown): FileLists | undefined {
  const parsed = listsSchema.safeParse(document);
  if (!parsed.success) return undefined;
  return new Map(Object.entries(parsed.data.lists).filter(([digest, files]) => digestOfList(files) === digest));
}

function digestOfList(files: readonly string[]): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(files)).digest("hex")}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (failure) {
    if (failure instanceof SyntaxError) return undefined;
    throw failure;
  }
}
