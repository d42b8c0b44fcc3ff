import { describe, expect, it } from "vitest";
import type { ElfFile } from "../../../src/formats/elf/elf-file.ts";
import { type LdSoCacheEntry, ldSoCacheLimit, writeLdSoCache } from "../../../src/formats/elf/ld-so-cache.ts";
import { isElfFile, parseElf } from "../../../src/formats/elf/parse.ts";
import { readCache, readLoaderFacts, readWhole } from "../../../src/loader/loader-facts.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { writeElf } from "../../support/elf-writer.ts";
import { fixtureRoot } from "../../support/fixture.ts";

async function fileOf(strings: readonly string[]): Promise<ElfFile> {
  const bytes = writeElf({ machine: "x86_64", strings });
  const parsed = await parseElf(async (offset, length) => bytes.slice(offset, offset + length), bytes.length);
  if (!isElfFile(parsed)) throw new Error("not parsed");
  return parsed;
}

const program = await fileOf([]);
const usual = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];

describe("the directories that a loader has built in", () => {
  it.each([
    [["/lib/", "/usr/lib/"], ["/lib", "/usr/lib"], "lib"],
    [
      ["text", "/lib/x86_64-linux-gnu/", "/lib/", "text", "/opt/"],
      ["/lib/x86_64-linux-gnu", "/lib"],
      "lib/x86_64-linux-gnu",
    ],
    [["/usr/lib64/", "/lib64/", "/usr/lib64/"], ["/usr/lib64", "/lib64"], "lib64"],
    [["/proc/", "text", "/lib/", "/usr/lib/"], ["/lib", "/usr/lib"], "lib"],
    [["/proc/", "text", "/usr/lib64/"], ["/usr/lib64"], "lib64"],
    [["/usr/lib64/", "text"], ["/usr/lib64"], "lib64"],
    [["/usr/lib64/deep/", "text"], usual, "lib64"],
    [["/opt/lib/", "text"], usual, "lib64"],
    [["/lib", "/usr/lib"], usual, "lib64"],
    [["//lib//", "//usr//"], usual, "lib64"],
    [["see /lib/", "see /usr/lib/"], usual, "lib64"],
    [["/lib/ more/", "/usr/lib/ more/"], usual, "lib64"],
    [["/lib/ now", "/usr/lib/ now"], usual, "lib64"],
    [[], usual, "lib64"],
  ])("of %j are %j, and $LIB is %s", async (strings, directories, lib) => {
    const facts = await readLoaderFacts(await fileOf(strings), program);
    expect([facts.systemDirectories, facts.lib]).toEqual([directories, lib]);
  });

  it("have usual subdirectories by the version of the loader", async () => {
    const facts = async (banner?: string): Promise<readonly boolean[]> => {
      const loader = await fileOf(banner === undefined ? [] : ["some text", banner]);
      const { usesHwcaps, usesLegacy } = await readLoaderFacts(loader, program);
      return [usesHwcaps, usesLegacy];
    };
    const release = (version: string): string => `ld.so (GNU libc) stable release version ${version}.`;
    expect(await facts(release("2.32"))).toEqual([false, true]);
    expect(await facts(release("2.33"))).toEqual([true, true]);
    expect(await facts(release("2.36"))).toEqual([true, true]);
    expect(await facts(release("2.37"))).toEqual([true, false]);
    expect(await facts(release("3.41"))).toEqual([false, true]);
    expect(await facts()).toEqual([false, true]);
    const { usesHwcaps, usesLegacy } = await readLoaderFacts(undefined, program);
    expect([usesHwcaps, usesLegacy]).toEqual([true, false]);
  });
});

describe("the cache of a root", () => {
  const entries: readonly LdSoCacheEntry[] = [
    { name: "liba.so", path: "/v3/liba.so", flags: 0x303, hwcaps: "x86-64-v3" },
    { name: "liba.so", path: "/a/liba.so", flags: 0x303 },
    { name: "liba.so", path: "/arm/liba.so", flags: 0xa03 },
    { name: "libb.so", path: "/b/libb.so", flags: 0x303 },
  ];
  const rooted = (content: Uint8Array) => memoryRootFs([["/etc/ld.so.cache", { content }]]);

  it("holds by name what is for the machine, in the order of the file", async () => {
    const root = rooted(writeLdSoCache(entries, true));
    const cache = await readCache(root, program);
    const paths = [...(cache ?? [])].map(([name, found]) => [name, ...found.map(({ path }) => path)].join(" "));
    expect(paths.toSorted()).toEqual(["liba.so /v3/liba.so /a/liba.so", "libb.so /b/libb.so"]);
    expect([...((await readCache(root, { ...program, machine: 183 }))?.keys() ?? [])]).toEqual(["liba.so"]);
    expect(await readCache(root, { ...program, littleEndian: false })).toBeUndefined();
  });

  it("is none where the file is not there, or no cache", async () => {
    expect(await readCache(rooted(new Uint8Array()), program)).toBeUndefined();
    expect(await readCache(memoryRootFs([]), program)).toBeUndefined();
  });

  it("is read once", async () => {
    const root = rooted(writeLdSoCache(entries, true));
    let reads = 0;
    const counting = {
      ...root,
      readFile: (...given: Parameters<typeof root.readFile>) => (reads++, root.readFile(...given)),
    };
    const first = await readCache(counting, program);
    expect(await readCache(counting, program)).toBe(first);
    expect(reads).toBe(1);
  });
});

it("small files are read through links, and larger ones, directories and pipes are not", async () => {
  const root = fixtureRoot("//- /a\n12345\n//- /link -> a\n//- /loop -> loop\n//- /dir/\n//- /pipe fifo\n");
  const read = async (path: string, limit = 6): Promise<string | undefined> => {
    const bytes = await readWhole(root, toAbsPath(path), limit);
    return bytes && Buffer.from(bytes).toString();
  };
  expect([await read("/a"), await read("/link")]).toEqual(["12345\n", "12345\n"]);
  expect([await read("/a", 5), await read("/dir"), await read("/pipe"), await read("/loop"), await read("/x")]).toEqual(
    Array(5).fill(undefined),
  );
  expect(ldSoCacheLimit).toBeGreaterThan(2 ** 20);
});
