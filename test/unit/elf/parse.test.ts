import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ElfFile } from "../../../src/elf/elf-file.ts";
import type { ElfProblem } from "../../../src/elf/header.ts";
import { isElfFile, parseElf } from "../../../src/elf/parse.ts";
import { type ElfText, type MachineName, machines, writeElf } from "../../support/elf-writer.ts";

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

    expect({ ...parsed, strings: undefined, holds: undefined, section: undefined, sectionNames: undefined }).toEqual({
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
    const found = await parsed.strings();
    for (const text of ["/", ".so", "b"]) {
      expect(await parsed.strings(text)).toEqual(found.filter((one) => one.includes(text)));
    }
    expect(found.filter((text) => text.startsWith("/usr") || text === "abc" || text === "libgcc_s.so.1")).toEqual([
      "/usr/lib/ssl",
      "libgcc_s.so.1",
    ]);
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
