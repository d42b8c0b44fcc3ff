import { describe, expect, it } from "vitest";
import type { ElfFile } from "../../../src/formats/elf/elf-file.ts";
import { isElfFile, parseElf } from "../../../src/formats/elf/parse.ts";
import { suitability, whyNoLibrary } from "../../../src/loader/compatibility.ts";
import { traitsOf } from "../../../src/loader/machines.ts";
import { type ElfText, writeElf } from "../../support/elf-writer.ts";

async function fileOf(elf: ElfText): Promise<ElfFile> {
  const bytes = writeElf(elf);
  const parsed = await parseElf(async (offset, length) => bytes.slice(offset, offset + length), bytes.length);
  if (!isElfFile(parsed)) throw new Error("not parsed");
  return parsed;
}

async function kindOf(elf: ElfText, program: ElfText): Promise<string> {
  return suitability(await fileOf(elf), await fileOf(program)).kind;
}

const [hard, soft] = [0x400, 0x200];

describe("a library for other float registers", () => {
  it.each([
    [hard, hard, "fits"],
    [hard, soft, "foreign"],
    [hard, 0, "fits"],
    [hard, hard + soft, "foreign"],
    [soft, soft, "fits"],
    [soft, hard, "foreign"],
    [soft, 0, "fits"],
    [0, hard, "fits"],
    [0, soft, "fits"],
  ])("on ARM, a program with flags %i and a library with %i: %s", async (program, library, kind) => {
    expect(await kindOf({ machine: "armhf", flags: library }, { machine: "armhf", flags: program })).toBe(kind);
  });

  it.each([
    [4, 4, "fits"],
    [4, 5, "fits"],
    [4, 0, "foreign"],
    [4, 2, "foreign"],
    [4, 6, "foreign"],
    [0, 1, "fits"],
  ])("on RISC-V, a program with flags %i and a library with %i: %s", async (program, library, kind) => {
    expect(await kindOf({ machine: "riscv64", flags: library }, { machine: "riscv64", flags: program })).toBe(kind);
  });

  it("is no question on other machines", async () => {
    expect(await kindOf({ machine: "x86_64", flags: hard }, { machine: "x86_64", flags: soft })).toBe("fits");
    expect(await kindOf({ machine: "aarch64", flags: 6 }, { machine: "aarch64" })).toBe("fits");
  });
});

describe("a library", () => {
  it("of another machine or class is passed over, whatever else is wrong with it", async () => {
    expect(await kindOf({ machine: "aarch64", osAbi: 9 }, { machine: "x86_64" })).toBe("foreign");
    expect(await kindOf({ machine: "i386" }, { machine: "x86_64" })).toBe("foreign");
    const program = await fileOf({ machine: "x86_64" });
    expect(suitability({ ...program, class: 32 }, program).kind).toBe("foreign");
  });

  it("of the other byte order is unsuitable where it names the same machine", async () => {
    const program = await fileOf({ machine: "x86_64" });
    const swapped = { ...program, littleEndian: false };
    expect(suitability({ ...swapped, machine: 62 << 8 }, program)).toEqual({
      kind: "unsuitable",
      reason: "its byte order is another",
    });
    expect(suitability(swapped, program).kind).toBe("foreign");
    expect(suitability({ ...swapped, machine: 0x1234 }, { ...program, machine: 0x3412 }).kind).toBe("unsuitable");
  });

  it.each([
    [{ osAbi: 0, abiVersion: 0 }, "fits"],
    [{ osAbi: 0, abiVersion: 1 }, "unsuitable"],
    [{ osAbi: 3, abiVersion: 3 }, "fits"],
    [{ osAbi: 3, abiVersion: 4 }, "unsuitable"],
    [{ osAbi: 9, abiVersion: 0 }, "unsuitable"],
    [{ type: 1 }, "unsuitable"],
    [{ type: 2 }, "fits"],
    [{ type: 3 }, "fits"],
    [{ type: 4 }, "unsuitable"],
  ])("with %o: %s", async (header, kind) => {
    expect(await kindOf({ machine: "x86_64", ...header }, { machine: "x86_64" })).toBe(kind);
  });

  it("is no program, and has a dynamic section", async () => {
    const why = async (header: Partial<ElfText>): Promise<string | undefined> =>
      whyNoLibrary(await fileOf({ machine: "x86_64", ...header }));
    expect(await why({})).toBeUndefined();
    expect(await why({ flags1: 0x0800_0001 })).toBe("it is a program");
    expect(await why({ flags1: 0x0400_0001 })).toBeUndefined();
    expect(await why({ type: 2 })).toBe("it is a program");
    expect(await why({ dynamic: false })).toBe("it has no dynamic section");
  });
});

it.each([
  ["x86_64", ["/lib64", "/usr/lib64", "/lib", "/usr/lib"], [0x303]],
  ["s390x", ["/lib64", "/usr/lib64", "/lib", "/usr/lib"], [0x403]],
  ["i386", ["/lib", "/usr/lib"], [0x3, 0x1]],
  ["armhf", ["/lib", "/usr/lib"], [0x903, 0xb03, 0x3]],
] as const)("on %s libraries are in %j, and in the cache with %j", async (machine, directories, flags) => {
  const { systemDirectories, cacheFlags } = traitsOf(await fileOf({ machine }));
  expect([systemDirectories, cacheFlags]).toEqual([directories, flags]);
});

it("of an unknown machine the usual facts hold", async () => {
  const elf = { ...(await fileOf({ machine: "x86_64" })), machine: 9 };
  expect(traitsOf(elf)).toMatchObject({ hwcaps: [], legacyAlways: ["tls"], cacheFlags: [0x3] });
});
