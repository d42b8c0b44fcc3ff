import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ElfFile } from "../../../../src/formats/elf/elf-file.ts";
import type { ElfProblem } from "../../../../src/formats/elf/header.ts";
import { isElfFile, parseElf } from "../../../../src/formats/elf/parse.ts";
import { pathStart } from "../../../../src/formats/elf/strings.ts";
import { type ElfText, type MachineName, machines, writeElf } from "../../../support/elf-writer.ts";

function parse(bytes: Uint8Array): Promise<ElfFile | ElfProblem | undefined> {
  return parseElf((offset, length) => Promise.resolve(bytes.slice(offset, offset + length)), bytes.length);
}

const everything: Omit<ElfText, "machine"> = {
  loader: "/lib64/ld.so",
  type: 2,
  soname: "libx.so.1",
  needed: ["libc.so.6", "libm.so.6"],
  rpath: "$ORIGIN/../lib",
  runpath: "/opt/lib",
  auxiliary: ["libaux.so"],
  filter: ["libfilter.so"],
  flags1: 0x800,
  imports: ["dlopen", "malloc"],
  versionNeeds: [
    {
      file: "libc.so.6",
      versions: [
        { name: "GLIBC_2.34", weak: false },
        { name: "GLIBC_2.2.5", weak: true },
      ],
    },
    { file: "libm.so.6", versions: [{ name: "GLIBC_2.29", weak: false }] },
  ],
  versionDefinitions: ["X_1", "X_2"],
  dlopenNotes: [
    '[{"soname":["libzstd.so.1","libzstd.so"],"feature":"zstd","description":"é","priority":"required"}]',
    '[{"soname":["liblz4.so.1"]},{"soname":["libgcrypt.so.20"],"priority":"suggested"}]',
  ],
  strings: ["/usr/lib/ssl", "abc", "libgcc_s.so.1"],
};

describe("parseElf", () => {
  it.each(Object.keys(machines))("reads back what was written for %s", async (name) => {
    const machine = Object.keys(machines).find((key): key is MachineName => key === name) ?? "x86_64";
    const parsed = await parse(writeElf({ ...everything, machine }));
    if (!isElfFile(parsed)) throw new Error("not parsed", { cause: parsed });

    const values = Object.entries(parsed).filter(([, value]) => typeof value !== "function");
    expect(Object.fromEntries(values)).toEqual({
      class: machines[machine].class,
      littleEndian: machines[machine].littleEndian,
      machine: machines[machine].machine,
      type: 2,
      osAbi: 0,
      abiVersion: 0,
      flags: 0,
      loader: "/lib64/ld.so",
      isDynamic: true,
      soname: "libx.so.1",
      needed: ["libc.so.6", "libm.so.6"],
      rpath: "$ORIGIN/../lib",
      runpath: "/opt/lib",
      auxiliary: ["libaux.so"],
      filter: ["libfilter.so"],
      flags1: 0x800,
      versionNeeds: everything.versionNeeds,
      versionDefinitions: ["X_1", "X_2"],
      importedSymbols: new Set(["dlopen", "malloc"]),
      dlopenNotes: [
        { sonames: ["libzstd.so.1", "libzstd.so"], feature: "zstd", priority: "required" },
        { sonames: ["liblz4.so.1"], feature: undefined, priority: "recommended" },
        { sonames: ["libgcrypt.so.20"], feature: undefined, priority: "suggested" },
      ],
    });
    expect(await parsed.strings("gcc_s")).toEqual(["libgcc_s.so.1"]);
    expect(await parsed.strings("/usr")).toContain("/usr/lib/ssl");
    const paths = await parsed.strings(pathStart);
    expect(paths).toContain("/usr/lib/ssl");
    const found = await parsed.strings();
    expect(await parsed.strings(pathStart)).toEqual(expect.arrayContaining([...paths]));
    for (const text of ["/", ".so", "b"]) {
      expect(await parsed.strings(text)).toEqual(found.filter((one) => one.includes(text)));
    }
    expect(found.filter((text) => text.startsWith("/usr") || text === "abc" || text === "libgcc_s.so.1")).toEqual([
      "/usr/lib/ssl",
      "libgcc_s.so.1",
    ]);
  });

  it("reads strings that a compiler keeps where they can be written, where most of its constants but tables for exceptions are", async () => {
    const path = new TextEncoder().encode("\0/etc/own.conf\0");
    const sections = { ".rodata": new Uint8Array(4), ".data": path };
    const written = await parse(writeElf({ machine: "x86_64", sections, sectionFlags: { ".rodata": 2, ".data": 3 } }));
    if (!isElfFile(written)) throw new Error("not parsed", { cause: written });
    expect(await written.strings(pathStart)).toEqual(["/etc/own.conf"]);
    const more = { ...sections, ".rodata": new Uint8Array(64) };
    const constant = await parse(
      writeElf({ machine: "x86_64", sections: more, sectionFlags: { ".rodata": 2, ".data": 3 } }),
    );
    if (!isElfFile(constant)) throw new Error("not parsed", { cause: constant });
    expect(await constant.strings(pathStart)).toEqual([]);
    const tables = {
      ".rodata": new Uint8Array(4),
      ".eh_frame_hdr": new Uint8Array(8),
      ".eh_frame": new Uint8Array(64),
    };
    const sectionFlags = { ".rodata": 2, ".eh_frame_hdr": 2, ".eh_frame": 2, ".data": 3 };
    const beside = await parse(writeElf({ machine: "x86_64", sections: { ...tables, ".data": path }, sectionFlags }));
    if (!isElfFile(beside)) throw new Error("not parsed", { cause: beside });
    expect(await beside.strings(pathStart)).toEqual(["/etc/own.conf"]);
  });

  it("finds every string that a NUL ends, among any other bytes", async () => {
    const byte = fc.constantFrom(0, 0, 1, 9, 10, 0x20, 0x41, 0x42, 0x7e, 0x7f, 0xff);
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.array(byte, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes)),
    );
    const property = fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const bytes = Buffer.concat(pieces);
      const sections = { ".rodata": bytes };
      const parsed = await parse(writeElf({ machine: "x86_64", sections, sectionFlags: { ".rodata": 2 } }));
      if (!isElfFile(parsed)) throw new Error("not parsed", { cause: parsed });
      const runs = bytes.toString("latin1").matchAll(/([\t\n\u0020-\u007e]+)(.?)/gsu);
      const wanted = [...runs].filter(([, text = "", end]) => text.length >= 4 && end === "\0");
      expect(await parsed.strings()).toEqual(wanted.map(([, text]) => text));
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("reads tables of versions that are longer than usual, and of usual ones little", async () => {
    const versions = Array.from({ length: 400 }, (_, index) => ({ name: `V_${index}`, weak: index % 2 === 0 }));
    const many: ElfText = {
      machine: "x86_64",
      needed: ["liba.so"],
      versionNeeds: [{ file: "liba.so", versions }],
      versionDefinitions: ["BASE", ...versions.map(({ name }) => name)],
    };
    expect(await parse(writeElf(many))).toMatchObject({
      versionNeeds: many.versionNeeds,
      versionDefinitions: many.versionDefinitions,
    });

    const usual = Buffer.concat([writeElf({ ...everything, machine: "x86_64" }), Buffer.alloc(2 ** 20)]);
    let readBytes = 0;
    const parsed = await parseElf(async (offset, length) => {
      const bytes = usual.subarray(offset, offset + length);
      readBytes += bytes.length;
      return bytes;
    }, usual.length);
    expect(parsed).toMatchObject({ versionNeeds: everything.versionNeeds });
    expect(readBytes).toBeLessThan(2 ** 16);
  });

  it("searches for several texts in one reading, and remembers what it found", async () => {
    const file = writeElf({ ...everything, machine: "x86_64" });
    let reads = 0;
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      reads++;
      return file.slice(offset, offset + length);
    };
    const alone = await parse(file);
    const parsed = await parseElf(read, file.length, { texts: ["/usr", ".so"] });
    if (!isElfFile(parsed) || !isElfFile(alone)) throw new Error("not parsed", { cause: parsed });
    expect(await parsed.strings("/usr")).toEqual(await alone.strings("/usr"));
    const before = reads;
    expect(await parsed.strings(".so")).toEqual(await alone.strings(".so"));
    expect((await alone.strings(".so")).length).toBeGreaterThan(0);
    expect(reads).toBe(before);
    expect(await parsed.strings("gcc_s")).toEqual(["libgcc_s.so.1"]);
    expect(await parsed.holds("abc")).toBe(true);
    const after = reads;
    expect([await parsed.strings("gcc_s"), await parsed.holds("abc")]).toEqual([["libgcc_s.so.1"], true]);
    expect(reads).toBe(after);
  });

  it("keeps nothing of the memory that it has read into", async () => {
    const file = writeElf({ ...everything, machine: "x86_64" });
    const lent: Uint8Array[] = [];
    const parsed = await parseElf(async (offset, length, into) => {
      const bytes = file.slice(offset, offset + length);
      if (into === undefined) return bytes;
      into.set(bytes);
      lent.push(into);
      return into.subarray(0, bytes.length);
    }, file.length);
    if (!isElfFile(parsed)) throw new Error("not parsed", { cause: parsed });
    const found = [await parsed.strings("gcc_s"), await parsed.holds("abc"), await parsed.strings()] as const;
    expect(lent.length).toBeGreaterThanOrEqual(3);
    for (const space of lent) space.fill(0);
    expect(found.slice(0, 2)).toEqual([["libgcc_s.so.1"], true]);
    expect(found[2]).toContain("/usr/lib/ssl");
    expect([await parsed.strings("gcc_s"), await parsed.holds("abc")]).toEqual(found.slice(0, 2));
  });

  it("knows static files", async () => {
    expect(await parse(writeElf({ machine: "x86_64", dynamic: false }))).toMatchObject({
      isDynamic: false,
      loader: undefined,
      needed: [],
    });
  });

  it.each([
    ["nothing", new Uint8Array(), undefined],
    ["a script", new TextEncoder().encode("#!/bin/sh\n"), undefined],
    ["four bytes", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), { problem: "its class or byte order is unknown" }],
    ["63 bytes", writeElf({ machine: "x86_64" }).slice(0, 63), { problem: "it ends within its header" }],
    [
      "cut headers",
      writeElf({ machine: "x86_64" }).slice(0, 100),
      { problem: "its program headers lie outside the file" },
    ],
  ])("tells what is wrong with %s", async (_, bytes, expected) => {
    expect(await parse(bytes)).toEqual(expected);
  });

  it("never throws, and ends, on damaged bytes", async () => {
    const whole = writeElf({ ...everything, machine: "x86_64" });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(whole.length), async (changes, length) => {
        const bytes = whole.slice(0, Math.max(length, 200));
        for (const [at, value] of changes) bytes[at] = value;
        const parsed = await parse(bytes);
        if (isElfFile(parsed)) await parsed.strings();
      }),
      { numRuns: 500 },
    );
  });

  it("never throws on any bytes that begin like ELF", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 60, maxLength: 400 }), async (tail) => {
        const parsed = await parse(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1 + ((tail[0] ?? 0) % 2), 1, ...tail));
        if (isElfFile(parsed)) await parsed.strings();
      }),
    );
  });
});
