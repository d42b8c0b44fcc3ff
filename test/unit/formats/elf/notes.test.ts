import { describe, expect, it } from "vitest";
import type { ElfFile } from "../../../../src/formats/elf/elf-file.ts";
import { readHeader } from "../../../../src/formats/elf/header.ts";
import { readDlopenNotes } from "../../../../src/formats/elf/notes.ts";
import { packed, rawElf, sourceOf, usualLayout } from "../../../support/raw-elf.ts";

interface Note {
  readonly type?: number;
  readonly owner?: string;
  readonly text: string;
  /** Default: as long as the text and its NUL. */
  readonly sizeBytes?: number;
}

function padded(text: string): Buffer {
  return Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4, "\0"), "latin1");
}

function noteBytes({ type = 0x407c0c0a, owner = "FDO\0", text, sizeBytes = text.length + 1 }: Note): Buffer {
  const head = packed(usualLayout, [4, owner.length], [4, sizeBytes], [4, type]);
  return Buffer.concat([head, padded(owner), padded(`${text}\0`)]);
}

async function notesOf(notes: readonly Note[], segmentType = 4): Promise<ElfFile["dlopenNotes"]> {
  const bytes = Buffer.concat(notes.map(noteBytes));
  const file = rawElf({
    sizeBytes: 0x200 + bytes.length,
    segments: [
      { type: 1, offset: 0, size: 0x200 },
      { type: segmentType, offset: 0x200, size: bytes.length },
    ],
    contents: [[0x200, bytes]],
  });
  const header = await readHeader(sourceOf(file), file.length);
  if (header === undefined || "problem" in header) throw new Error("no header");
  return readDlopenNotes(sourceOf(file), header);
}

const usual = '[{"soname":["liba.so"]}]';
const found = { sonames: ["liba.so"], feature: undefined, priority: "recommended" };

describe("notes of libraries that are opened at run time", () => {
  it("stand beside other notes of one segment, whatever their lengths", async () => {
    for (const other of ["", "x", "xy", "xyz", "four"]) {
      expect(await notesOf([{ type: 3, owner: "GNU\0", text: other }, { text: usual }, { text: usual }])).toEqual([
        found,
        found,
      ]);
    }
  });

  it("count only of this type and owner, and in a segment of notes", async () => {
    expect(await notesOf([{ text: usual }])).toEqual([found]);
    expect(await notesOf([{ text: usual, type: 1 }])).toEqual([]);
    for (const owner of ["GNU\0", "FDOX", "FDO", ""]) expect(await notesOf([{ text: usual, owner }])).toEqual([]);
    expect(await notesOf([{ text: usual }], 1)).toEqual([]);
  });

  it("may end without a NUL, and behind one nothing counts", async () => {
    expect(await notesOf([{ text: usual, sizeBytes: usual.length }])).toEqual([found]);
    expect(await notesOf([{ text: `${usual}\0]]` }])).toEqual([found]);
  });

  it.each([
    ["a feature and a priority", '[{"soname":["a","b"],"feature":"x","priority":"required"}]', ["a b x required"]],
    ["the priority that is left out", '[{"soname":["a"]}]', ["a - recommended"]],
    [
      "several entries",
      '[{"soname":["a"]},{"soname":["b"],"priority":"suggested"}]',
      ["a - recommended", "b - suggested"],
    ],
    ["no entry", "[]", []],
    ["no JSON", "[{", []],
    ["no list", '{"soname":["a"]}', []],
    ["null", "[null]", []],
    ["a text", '["a"]', []],
    ["no soname", '[{"feature":"x"}]', []],
    ["a soname that is not a list", '[{"soname":"a"}]', []],
    ["a soname that is not a text", '[{"soname":["a",1]}]', []],
    ["a feature that is not a text", '[{"soname":["a"],"feature":1}]', []],
    ["an unknown priority", '[{"soname":["a"],"priority":"high"}]', []],
    ["one wrong entry among right ones", '[{"soname":["a"]},{"soname":1}]', []],
  ])("tell of %s", async (_, text, expected) => {
    const notes = await notesOf([{ text }]);
    expect(notes.map(({ sonames, feature, priority }) => `${sonames.join(" ")} ${feature ?? "-"} ${priority}`)).toEqual(
      expected,
    );
  });
});
