import { bytesOf, latin1 } from "./bytes.ts";
import type { ElfFile } from "./elf-file.ts";
import { type ElfHeader, type ElfSource, segmentTypes } from "./header.ts";

/** Bytes at most of one note segment. */
const segmentLimit = 2 ** 20;
const dlopenNoteType = 0x407c0c0a;

const priorities = ["required", "recommended", "suggested"] as const;

/**
 * Reads the `.note.dlopen` entries (UAPI.12): libraries that the object opens at run time. Malformed ones are passed
 * over.
 */
export async function readDlopenNotes(read: ElfSource, header: ElfHeader): Promise<ElfFile["dlopenNotes"]> {
  const notes: ElfFile["dlopenNotes"][number][] = [];
  for (const segment of header.segments) {
    if (segment.type !== segmentTypes.note) continue;
    const array = await read(segment.offset, Math.min(segment.sizeBytes, segmentLimit));
    const bytes = bytesOf(array, header);
    for (let at = 0; at + 12 <= bytes.length; ) {
      const nameBytes = bytes.u32(at);
      const descriptionBytes = bytes.u32(at + 4);
      const description = at + 12 + padded(nameBytes);
      if (
        bytes.u32(at + 8) === dlopenNoteType &&
        latin1(array, at + 12, at + 12 + Math.min(nameBytes, 4)) === "FDO\0"
      ) {
        notes.push(...parseNote(array.subarray(description, description + descriptionBytes)));
      }
      at = description + padded(descriptionBytes);
    }
  }
  return notes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function parseNote(description: Uint8Array): ElfFile["dlopenNotes"] {
  const end = description.indexOf(0);
  const parsed = parseJson(new TextDecoder().decode(description.subarray(0, end < 0 ? undefined : end)));
  const notes = Array.isArray(parsed) ? parsed.map(toNote) : [];
  return notes.every((note) => note !== undefined) ? notes : [];
}

function toNote(entry: unknown): ElfFile["dlopenNotes"][number] | undefined {
  if (typeof entry !== "object" || entry === null || !("soname" in entry) || !isTexts(entry.soname)) return undefined;
  const feature = "feature" in entry ? entry.feature : undefined;
  const stated = "priority" in entry ? entry.priority : undefined;
  const priority = stated === undefined ? "recommended" : priorities.find((known) => known === stated);
  if (priority === undefined || (feature !== undefined && typeof feature !== "string")) return undefined;
  return { sonames: entry.soname, feature, priority };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
