import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { fc, test } from "@fast-check/vitest";
import { afterAll, describe, expect, it } from "vitest";
import { openDirectory } from "../../src/adapters/directory/open-directory.ts";
import type { Yield } from "../../src/closure/model/closure.ts";
import { isElfFile, parseElf } from "../../src/formats/elf/parse.ts";
import { openProcess } from "../../src/loader/process.ts";
import { elfReader } from "../../src/loader/read-elf.ts";
import { memoryRootFs } from "../../src/rootfs/memory.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../../src/rootfs/rootfs.ts";
import { type ElfText, writeElf } from "../support/elf-writer.ts";
import { parseFixture } from "../support/fixture.ts";

const loader = "//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64\n/lib/\n/usr/lib/\n";
const main = "//- /bin/main 0755 elf=x86_64 loader needed=liba.so\n";

async function run(root: RootFs): Promise<{ readonly yields: readonly Yield[]; readonly loaded: readonly AbsPath[] }> {
  const reader = elfReader(root);
  const proc = openProcess({
    root,
    program: toAbsPath("/bin/main"),
    env: {},
    workdir: toAbsPath("/"),
    readElf: (path) => reader.readElf(path),
    describeElf: (path) => reader.describe(path),
  });
  return { yields: await proc.startUp(), loaded: proc.loaded() };
}

/** The findings, as `CODE reason`. */
async function findings(root: RootFs): Promise<readonly string[]> {
  const { yields } = await run(root);
  return yields.flatMap((one) =>
    "finding" in one ? [`${one.finding.code} ${one.finding.message.replace(/^.*(?:, but |, not in )/u, "")}`] : [],
  );
}

const library: ElfText = {
  machine: "x86_64",
  soname: "liba.so",
  needed: ["libb.so"],
  rpath: "/opt",
  imports: ["dlopen", "free"],
  versionNeeds: [{ file: "libb.so", versions: [{ name: "B_1", weak: true }] }],
  versionDefinitions: ["A_1", "A_2"],
  dlopenNotes: ['[{"soname":["libz.so.1"]}]'],
  strings: ["a string", "libx.so.1"],
};

describe("a library that is not one", () => {
  const whole = writeElf(library);

  it("is judged at every length that it may be cut to", async () => {
    const reasons = new Map<string, number>();
    for (let length = 0; length < whole.length; length += 8) {
      const root = memoryRootFs([
        ...parseFixture(loader + main),
        ["/lib/liba.so", { content: whole.slice(0, length) }],
        ["/lib/libb.so", { content: writeElf({ machine: "x86_64" }) }],
      ]);
      for (const reason of await findings(root)) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    expect([...reasons.keys()]).toEqual([
      "LIBRARY_UNSUITABLE it is not an ELF file",
      "LIBRARY_UNSUITABLE it ends within its header",
      "LIBRARY_UNSUITABLE its program headers lie outside the file",
      "LIBRARY_UNSUITABLE it ends within its dynamic section",
    ]);
  });

  it("may hold the largest number anywhere", async () => {
    for (let at = 0; at + 4 <= whole.length; at += 4) {
      const bytes = whole.slice();
      bytes.fill(0xff, at, at + 4);
      const parsed = await parseElf(async (offset, length) => bytes.slice(offset, offset + length), bytes.length);
      if (isElfFile(parsed)) await parsed.strings();
    }
  });

  it("may need more libraries than there are", async () => {
    const needed = Array.from({ length: 5000 }, (_, index) => `lib${index}.so`);
    const root = (names: readonly string[]) =>
      memoryRootFs([
        ...parseFixture(loader + main),
        ["/lib/liba.so", { content: writeElf({ machine: "x86_64", needed: names }) }],
      ]);
    expect(await findings(root(needed))).toEqual(["LIBRARY_UNSUITABLE it needs more than 4096 libraries"]);
    expect(await findings(root(needed.slice(0, 4000)))).toHaveLength(100);
  });

  it("may be of names that are not UTF-8 and longer than any file's", async () => {
    const needed = Array.from({ length: 500 }, (_, index) => "\udcff".repeat(4000) + String(index));
    const root = memoryRootFs([
      ...parseFixture(loader + main),
      ["/lib/liba.so", { content: writeElf({ machine: "x86_64", needed }) }],
    ]);
    expect(await findings(root)).toHaveLength(100);
  });
});

describe("links and needs that go round", () => {
  it("end", async () => {
    const root = (more: string) => memoryRootFs(parseFixture(loader + main + more));
    expect(await findings(root("//- /lib/liba.so -> libb.so\n//- /lib/libb.so -> liba.so\n"))).toEqual([
      "LIBRARY_MISSING /lib:/usr/lib",
    ]);
    expect(await findings(root("//- /lib/liba.so -> /lib/liba.so/x\n"))).toEqual(["LIBRARY_MISSING /lib:/usr/lib"]);
    const { loaded } = await run(
      root("//- /lib/liba.so elf=x86_64 needed=libb.so\n//- /lib/libb.so elf=x86_64 needed=liba.so,libb.so\n"),
    );
    expect(loaded).toEqual(["/bin/main", "/lib/liba.so", "/lib/libb.so", "/lib64/ld-linux-x86-64.so.2"]);
  });

  const names = fc.constantFrom("liba.so", "libb.so", "libc.so", "libd.so", "/lib/liba.so", "/opt/libb.so");
  const path = fc.constantFrom(undefined, "", "/opt", "$ORIGIN", "$ORIGIN/../lib:/opt", ":", "/opt/$PLATFORM:$LIB");
  const object = fc.record({
    needed: fc.array(names, { maxLength: 4 }),
    rpath: path,
    runpath: path,
    soname: fc.option(names, { nil: undefined }),
    link: fc.option(fc.constantFrom("/opt/liba.so", "../lib/libc.so", "libd.so"), { nil: undefined }),
  });

  test.prop([fc.array(object, { minLength: 8, maxLength: 8 })])(
    "any graph of libraries ends, with each file once",
    async (objects) => {
      const locations = ["/lib", "/opt"].flatMap((folder) =>
        ["a", "b", "c", "d"].map((name) => `${folder}/lib${name}.so`),
      );
      const root = memoryRootFs([
        ...parseFixture(loader + main),
        ...locations.map((location, index) => {
          const { link, needed = [], rpath, runpath, soname } = objects[index] ?? {};
          if (link !== undefined) return [location, { target: link }] as const;
          const texts = Object.entries({ rpath, runpath, soname }).filter(([, text]) => text !== undefined);
          return [
            location,
            { content: writeElf({ machine: "x86_64", needed, ...Object.fromEntries(texts) }) },
          ] as const;
        }),
      ]);
      const { loaded } = await run(root);
      const again = await run(root);
      expect(again.loaded).toEqual(loaded);
      expect(new Set(loaded).size).toBe(loaded.length);
    },
  );
});

describe("files of a real directory", () => {
  const folder = fs.mkdtempSync(`${os.tmpdir()}/pith-hostile-`);
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  function openWith(name: string, put: (hostPath: string) => void): RootFs {
    const base = `${folder}/${name}`;
    for (const [path, entry] of parseFixture(loader + main)) {
      fs.mkdirSync(`${base}${path}`.replace(/\/[^/]*$/u, ""), { recursive: true });
      if ("content" in entry) fs.writeFileSync(base + path, entry.content ?? "");
    }
    for (const directory of ["lib", "etc"]) fs.mkdirSync(`${base}/${directory}`, { recursive: true });
    put(base);
    return openDirectory(base);
  }

  it("a FIFO is no library, and never waited for", async () => {
    const root = openWith("fifo", (base) => {
      for (const name of ["lib/liba.so", "etc/ld.so.cache", "etc/ld.so.preload"]) {
        execFileSync("mkfifo", [`${base}/${name}`]);
      }
    });
    expect(await findings(root)).toEqual(["LIBRARY_UNSUITABLE it is not a regular file"]);
  });

  it("300 MB are read in pieces, and only where something stands", async () => {
    const root = openWith("large", (base) => {
      const bytes = writeElf({ machine: "x86_64", strings: ["libfirst.so"] });
      // Its one loaded segment spans the whole file.
      const size = 300 * 2 ** 20;
      const view = new DataView(bytes.buffer);
      for (let at = 64; at < 64 + 2 * 56; at += 56) {
        if (view.getUint32(at, true) === 1) view.setBigUint64(at + 32, BigInt(size), true);
      }
      fs.writeFileSync(`${base}/lib/liba.so`, bytes);
      fs.truncateSync(`${base}/lib/liba.so`, size);
    });
    const before = process.memoryUsage.rss();
    const { loaded } = await run(root);
    expect(loaded).toContain("/lib/liba.so");
    const elf = await elfReader(root).readElf(toAbsPath("/lib/liba.so"));
    expect(await elf?.strings(".so")).toEqual(["libfirst.so"]);
    // Pieces that are garbage count too.
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 2 ** 20);
  });
});
