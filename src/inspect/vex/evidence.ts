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
export function noteOf({ impact, evidence: { database, source, files } }: Statement): string {
  const listed = files.length > mostFiles ? digestOfList(files) : files;
  return `${impact}${marker}${JSON.stringify({ database, source, files: listed })}`;
}

const noteSchema = z.object({
  database: z.string(),
  source: z.string(),
  files: z.union([z.string(), z.array(z.string())]),
});

/** Reads back what a note stands on; undefined where it is none of Pith's, or its list is not among these. */
export function evidenceIn(note: string, lists: FileLists): Evidence | undefined {
  const at = note.lastIndexOf(marker);
  if (at === -1) return undefined;
  const parsed = noteSchema.safeParse(parseJson(note.slice(at + marker.length)));
  if (!parsed.success) return undefined;
  const { database, source, files } = parsed.data;
  const listed = typeof files === "string" ? lists.get(files) : files;
  return listed === undefined ? undefined : { database, source, files: listed };
}

/** The lists that statements name by their digests, as JSON. */
export function printFileLists(statements: readonly Statement[]): string {
  const long = statements.map(({ evidence }) => evidence.files).filter((files) => files.length > mostFiles);
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
