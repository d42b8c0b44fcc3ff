import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { ElfFile } from "../../../../src/formats/elf/elf-file.ts";
import { isElfFile, parseElf } from "../../../../src/formats/elf/parse.ts";
import { pathStart, pathTexts } from "../../../../src/formats/elf/strings.ts";
import { type RawElf, type RawSection, type RawSegment, rawElf, sourceOf } from "../../../support/raw-elf.ts";

async function opened(elf: RawElf, texts: readonly string[] = []): Promise<ElfFile> {
  const file = rawElf(elf);
  const parsed = await parseElf(sourceOf(file), file.length, { texts });
  if (!isElfFile(parsed)) throw new Error("not parsed", { cause: parsed });
  return parsed;
}

/** A file whose constants are these bytes alone. */
function holding(content: string, texts: readonly string[] = []): Promise<ElfFile> {
  const section = { name: ".rodata", type: 1, offset: 0x200, size: Buffer.byteLength(content, "latin1") };
  return opened({ sizeBytes: 0x200 + section.size, sections: [section], contents: [[0x200, content]] }, texts);
}

const megabyte = 2 ** 20;

describe("a string", () => {
  it("has four printable bytes at least, of ASCII, tabs and ends of lines among them, and a NUL behind", async () => {
    const elf = await holding("abc\0abcd\0 ~\t\n\0\x01efgh\0ijkl\x7fmnop\0qrst\x80\0\x1fuvwx\0yzyz");
    expect(await elf.strings()).toEqual(["abcd", " ~\t\n", "efgh", "mnop", "uvwx"]);
  });

  it("is no longer than the longest name", async () => {
    const [longest, longer] = ["/".padEnd(4096, "x"), "/".padEnd(4097, "y")];
    const elf = await holding(`\0${longest}\0${longer}\0`);
    for (const text of [undefined, pathStart, "/", "xxxx", "x/"]) {
      expect(await (await holding(`\0${longest}\0${longer}\0`)).strings(text)).toEqual(text === "x/" ? [] : [longest]);
    }
    expect(await elf.strings("y")).toEqual([]);
  });

  it("is found by each of its parts, once", async () => {
    const elf = await holding("lib/a/lib/b\0lib/c\0no\0lib\0");
    expect(await elf.strings("lib")).toEqual(["lib/a/lib/b", "lib/c"]);
    expect(await elf.strings("/b")).toEqual(["lib/a/lib/b"]);
    expect(await elf.strings("lib/d")).toEqual([]);
  });

  it("begins as a path behind a NUL, and at the start of the constants", async () => {
    const elf = await holding("/one\0/two/\0/3\0x/four\0/fiv\x01\0//six\0");
    expect(await elf.strings(pathStart)).toEqual(["/one", "/two/", "//six"]);
    expect(await (await holding("x\0/one\0")).strings(pathStart)).toEqual(["/one"]);
  });

  it("begins as a path behind its length too, as bytecode of Lua has it", async () => {
    const counted = (text: string, ...before: readonly number[]): string => String.fromCharCode(...before) + text;
    const long = "/usr/lib/x86_64-linux-gnu/some/where";
    const content = [
      counted("/bin/one", 4, 9),
      counted("/bin/two", 4, 0x80 + 9),
      counted(long, 4, long.length + 1),
      counted(long.repeat(2), 0x14, 2 * long.length + 1),
      counted("/bin/jit", 0, 13),
      counted("/bin/other", 4, 9),
      counted("/bin/short", 3, 9, 1),
      counted("/bin/c", 11, 0),
    ];
    const elf = await holding(`\0${content.join("\x03")}`);
    expect(await elf.strings(pathStart)).toEqual([
      "/bin/one",
      "/bin/two",
      long,
      long.repeat(2),
      "/bin/jit",
      "/bin/oth",
    ]);
  });

  test.prop([fc.array(fc.constantFrom("/", "a", "lib", "\0", "\x01", "é"), { maxLength: 60 })])(
    "is found by a part as it is among all, and asked for again",
    async (parts) => {
      const pieces = parts.join("").split("\0");
      const elf = await holding(`${pieces.join("\0")}\0`);
      const all = pieces.map((piece) => /[ -~]*$/u.exec(piece)?.[0] ?? "").filter((text) => text.length >= 4);
      const expected = [
        all.filter((text) => text.includes("lib")),
        all.filter((text) => text.includes("a")),
        pieces.filter((piece) => /^\/[ -~]{3,}$/u.test(piece)),
      ];
      const found = async () => [await elf.strings("lib"), await elf.strings("a"), await elf.strings(pathStart)];
      expect(await found()).toEqual(expected);
      expect(await elf.strings()).toEqual(all);
      expect(await found()).toEqual(expected);
    },
  );

  test.prop([
    fc.array(fc.constantFrom("/", "a", "lib", "exec", "share", "=", "file:", "\0", "\x01"), { maxLength: 60 }),
  ])("of a path is found by each of the texts for it, asked for together", async (parts) => {
    const elf = await holding(`${parts.join("")}\0`, pathTexts);
    const found = await Promise.all(pathTexts.map((text) => elf.strings(text)));
    const all = await elf.strings();
    expect(found.slice(1)).toEqual(pathTexts.slice(1).map((text) => all.filter((one) => one.includes(text))));
    expect(found[0]).toEqual(
      parts
        .join("")
        .split("\0")
        .filter((piece) => /^\/[ -~]{3,}$/u.test(piece)),
    );
  });
});

describe("constants of more than a megabyte", () => {
  it("hold strings that two pieces share", async () => {
    for (const before of [megabyte - 10, megabyte - 6, megabyte - 5, megabyte, megabyte + 3]) {
      const content = `${"\0".repeat(before - 1)}\x01/five\0\0last\0`;
      const elf = await holding(content);
      expect([await elf.strings("ive"), await elf.holds("/five\0\0last"), await elf.holds("/five\0last")]).toEqual([
        ["/five"],
        true,
        false,
      ]);
      expect(await (await holding(content)).strings()).toEqual(["/five", "last"]);
    }
  });

  it("may be one long text without an end", async () => {
    const elf = await holding(`${"x".repeat(megabyte + 5)}needle${"x".repeat(megabyte)}`);
    expect([await elf.holds("xneedlex"), await elf.strings()]).toEqual([true, []]);
  });
});

describe("constants", () => {
  const place = (index: number, change: Partial<RawSection>): RawSection => ({
    name: `.s${String(index)}`,
    type: 1,
    offset: 0x200 + 0x20 * index,
    size: 0x20,
    ...change,
  });
  const contents = Array.from({ length: 8 }, (_, index) => [0x200 + 0x20 * index, `text${String(index)}`] as const);

  it("are the sections that are loaded and neither written nor executed", async () => {
    const flags = [0, 1, 2, 3, 4, 5, 6, 7];
    const sections = flags.map((flag, index) => place(index, { flags: flag }));
    const elf = await opened({ sizeBytes: 0x400, sections, contents });
    expect(await elf.strings()).toEqual(["text2"]);
    expect([await elf.holds("text2"), await elf.holds("text3"), await elf.strings("text")]).toEqual([
      true,
      false,
      ["text2"],
    ]);
    const notes = sections.map((section, index) => ({ ...section, flags: 2, type: index }));
    expect(await (await opened({ sizeBytes: 0x400, sections: notes, contents })).strings()).toEqual(["text1"]);
    const merged = [place(0, { flags: 0x32 }), place(1, { flags: 0x33 })];
    expect(await (await opened({ sizeBytes: 0x400, sections: merged, contents })).strings()).toEqual(["text0"]);
  });

  it("are those that are written before the program starts, too", async () => {
    const sealed: RawSegment = { type: 0x6474e552, offset: 0x240, address: 0x1240, size: 0x40 };
    const sections = Array.from({ length: 8 }, (_, index) =>
      place(index, { flags: index === 7 ? 7 : 3, address: 0x1200 + 0x20 * index }),
    );
    const elf = await opened({ sizeBytes: 0x400, segments: [sealed], sections, contents });
    expect(await elf.strings()).toEqual(["text2", "text3"]);
  });

  it("are the segments that are only read where no section tells, and the executed ones where no other is", async () => {
    const segment = (index: number, flags: number, type = 1): RawSegment => ({
      type,
      flags,
      offset: 0x200 + 0x20 * index,
      size: 0x20,
    });
    const found = async (...segments: readonly RawSegment[]): Promise<readonly string[]> =>
      (await opened({ sizeBytes: 0x400, segments, contents })).strings();
    expect(await found(segment(0, 5), segment(1, 4), segment(2, 6), segment(3, 4, 4), segment(4, 4))).toEqual([
      "text1",
      "text4",
    ]);
    expect(await found(segment(0, 5), segment(1, 7), segment(2, 6))).toEqual(["text0"]);
  });
});
