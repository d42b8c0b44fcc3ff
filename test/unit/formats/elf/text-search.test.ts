import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { ElfFile } from "../../../../src/formats/elf/elf-file.ts";
import { isElfFile, parseElf } from "../../../../src/formats/elf/parse.ts";
import { rawElf, sourceOf } from "../../../support/raw-elf.ts";

interface Holding {
  readonly elf: ElfFile;
  /** Bytes that were read since the file was opened. */
  readonly readBytes: () => number;
}

/** A file whose constants are two sections of these bytes. */
async function holding(...contents: readonly string[]): Promise<Holding> {
  let at = 0x200;
  const sections = contents.map((content, index) => {
    const section = { name: `.rodata${String(index)}`, type: 1, offset: at, size: content.length };
    at += content.length;
    return section;
  });
  const file = rawElf({
    sizeBytes: at,
    sections,
    contents: sections.map((one, index) => [one.offset, contents[index] ?? ""]),
  });
  const source = sourceOf(file);
  let count = 0;
  const parsed = await parseElf(async (offset, length) => {
    const bytes = await source(offset, length);
    count += bytes.length;
    return bytes;
  }, file.length);
  if (!isElfFile(parsed)) throw new Error("not parsed", { cause: parsed });
  return { elf: parsed, readBytes: () => count };
}

describe("a text of the constants", () => {
  const words = fc.array(fc.constantFrom("ab", "abc", "b", "\0", "/", "é", "%s"), { maxLength: 12 });

  test.prop([fc.tuple(words, words), fc.array(words, { minLength: 1, maxLength: 12 })])(
    "is found as in the bytes themselves, however many were asked for before",
    async (contents, needles) => {
      const [one, two] = contents.map((parts) => parts.join(""));
      const { elf } = await holding(one ?? "", two ?? "");
      for (const needle of needles.map((parts) => parts.join(""))) {
        const isThere = needle === "" ? undefined : (one ?? "").includes(needle) || (two ?? "").includes(needle);
        if (isThere !== undefined) expect([needle, await elf.holds(needle)]).toEqual([needle, isThere]);
      }
    },
  );

  it("is found where two pieces that are read at once meet", async () => {
    const { elf } = await holding(`${"x".repeat(2 ** 20 - 3)}needle${"y".repeat(100)}`);
    for (const absent of ["absent", "missing", "nowhere", "never"]) expect(await elf.holds(absent)).toBe(false);
    expect(await elf.holds("needle")).toBe(true);
    expect(await elf.holds("xneedley")).toBe(true);
  });

  it("does not reach from one section into the next", async () => {
    const { elf } = await holding("abcd", "efgh");
    for (const across of ["cdef", "bcde", "defg", "abcdefgh", "dcba"]) expect(await elf.holds(across)).toBe(false);
    expect([await elf.holds("abcd"), await elf.holds("efgh")]).toEqual([true, true]);
  });

  it("that is absent costs no reading once many were asked for", async () => {
    const { elf, readBytes } = await holding("some constants of a program".repeat(4000));
    for (let index = 0; index < 20; index++) await elf.holds(`absent ${String(index)}`);
    const before = readBytes();
    for (let index = 20; index < 200; index++) expect(await elf.holds(`absent ${String(index)}`)).toBe(false);
    expect(readBytes()).toBe(before);
  });
});
