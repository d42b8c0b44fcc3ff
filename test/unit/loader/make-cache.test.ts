import { describe, expect, it } from "vitest";
import { parseLdSoCache, writeLdSoCache } from "../../../src/formats/elf/ld-so-cache.ts";
import { makeLdSoCache } from "../../../src/loader/make-cache.ts";
import { openProcess } from "../../../src/loader/process.ts";
import { elfReader } from "../../../src/loader/read-elf.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { type AbsPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { parseFixture } from "../../support/fixture.ts";
import { glibc, traceGlibc } from "./trace-loader.ts";

describe("glibc's loader", () => {
  it("B09: goes on to the system directories where the cache is stale, and needs a cache only where it must", async () => {
    const fixture = `
//- /bin/main elf=x86_64 loader needed=libstale.so,liblocal.so,libsame.so
//- /usr/lib/libstale.so elf=x86_64
//- /usr/local/lib/liblocal.so elf=x86_64
//- /usr/lib/libsame.so elf=x86_64
`;
    const cache = writeLdSoCache(
      [
        { name: "libstale.so", path: "/usr/local/lib/libstale.so", flags: 0x303 },
        { name: "liblocal.so", path: "/usr/local/lib/liblocal.so", flags: 0x303 },
        { name: "libsame.so", path: "/usr/lib/libsame.so", flags: 0x303 },
      ],
      true,
    );
    expect(await traceGlibc(fixture, { more: [["/etc/ld.so.cache", { content: cache }]] })).toMatchInlineSnapshot(`
      "/lib/libstale.so  object, /bin/main needs libstale.so
      /usr/local/lib/liblocal.so  object, /bin/main needs liblocal.so
      /lib/libsame.so  object, /bin/main needs libsame.so
      uses the cache"
    `);
  });

  it("needs no cache for what was only looked for", async () => {
    const cache = writeLdSoCache([{ name: "liblocal.so", path: "/usr/local/lib/liblocal.so", flags: 0x303 }], true);
    const root = memoryRootFs([
      ...parseFixture(`${glibc}
//- /bin/main elf=x86_64 loader needed=libc.so.6
//- /usr/local/lib/liblocal.so elf=x86_64
`),
      ["/etc/ld.so.cache", { content: cache }],
    ]);
    const reader = elfReader(root);
    const readElf = (path: AbsPath) => reader.readElf(path);
    const proc = openProcess({ root, program: toAbsPath("/bin/main"), env: {}, workdir: toAbsPath("/"), readElf });
    await proc.startUp();
    const path = await proc.find("liblocal.so");
    expect([path, proc.usesCache()]).toEqual(["/usr/local/lib/liblocal.so", false]);
    await proc.loadObject(toAbsPath("/usr/local/lib/liblocal.so"));
    expect(proc.cacheEntries()).toEqual([{ name: "liblocal.so", path: "/usr/local/lib/liblocal.so", flags: 0x303 }]);
    expect(parseLdSoCache(makeLdSoCache(proc.cacheEntries(), { littleEndian: true }) ?? cache, true)).toEqual(
      proc.cacheEntries(),
    );
    expect(makeLdSoCache([], { littleEndian: true })).toBeUndefined();
  });

  it("finds by the cache what only newer machines take", async () => {
    const fixture = `
//- /bin/main elf=x86_64 loader needed=liba.so
//- /opt/liba.so elf=x86_64
//- /opt/glibc-hwcaps/x86-64-v3/liba.so elf=x86_64
`;
    const cache = writeLdSoCache(
      [
        { name: "liba.so", path: "/opt/liba.so", flags: 0x303 },
        { name: "liba.so", path: "/opt/liba.so.arm", flags: 0xa03 },
        { name: "liba.so", path: "/opt/glibc-hwcaps/x86-64-v3/liba.so", flags: 0x303, hwcaps: "x86-64-v3" },
        { name: "liba.so", path: "/opt/glibc-hwcaps/x86-64-v4/liba.so", flags: 0x303, hwcaps: "x86-64-v4" },
      ],
      true,
    );
    expect(await traceGlibc(fixture, { more: [["/etc/ld.so.cache", { content: cache }]] })).toMatchInlineSnapshot(`
      "/opt/liba.so  object, /bin/main needs liba.so
      /opt/glibc-hwcaps/x86-64-v3/liba.so  object, /bin/main needs liba.so on newer machines
      uses the cache"
    `);
  });
});
