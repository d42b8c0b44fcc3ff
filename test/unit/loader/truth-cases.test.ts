import { describe, expect, it } from "vitest";
import type { Yield } from "../../../src/closure/model/closure.ts";
import { parseLdSoCache, writeLdSoCache } from "../../../src/formats/elf/ld-so-cache.ts";
import { makeLdSoCache } from "../../../src/loader/make-cache.ts";
import { openProcess } from "../../../src/loader/process.ts";
import { elfReader } from "../../../src/loader/read-elf.ts";
import { type MemoryEntry, memoryRootFs } from "../../../src/rootfs/memory.ts";
import { type AbsPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { parseFixture } from "../../support/fixture.ts";

const glibc = `
//- /lib -> usr/lib
//- /lib64 -> usr/lib64
//- /usr/lib64/ld-linux-x86-64.so.2 0755 elf=x86_64 soname=ld-linux-x86-64.so.2
/lib/x86_64-linux-gnu/
/usr/lib/x86_64-linux-gnu/
/lib/
/usr/lib/
ld.so (GNU) stable release version 2.41.
//- /usr/lib/x86_64-linux-gnu/libc.so.6 elf=x86_64 soname=libc.so.6 needed=ld-linux-x86-64.so.2 defines=GLIBC_2.34
`;

interface Case {
  readonly builderLibraryPath?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly program?: string;
  readonly load?: readonly string[];
  readonly more?: readonly (readonly [string, MemoryEntry])[];
}

/** The files that a process opens, in order, and the findings on the way. */
async function trace(text: string, options: Case = {}): Promise<string> {
  const root = memoryRootFs([...parseFixture(text), ...(options.more ?? [])]);
  const reader = elfReader(root);
  const proc = openProcess({
    root,
    program: toAbsPath(options.program ?? "/bin/main"),
    env: options.env ?? {},
    workdir: toAbsPath(options.workdir ?? "/"),
    readElf: (path) => reader.readElf(path),
    describeElf: (path) => reader.describe(path),
    ...(options.builderLibraryPath === undefined ? {} : { builderLibraryPath: options.builderLibraryPath }),
  });
  const yields: Yield[] = [...(await proc.startUp())];
  for (const path of options.load ?? []) yields.push(...(await proc.loadObject(toAbsPath(path))));
  const lines = yields.map((step) =>
    "need" in step
      ? `${step.need.path}  ${step.need.role}, ${step.from ?? "?"} ${step.need.why}`
      : "unknown" in step
        ? `unknown ${step.unknown.what}`
        : `${step.finding.severity} ${step.finding.code}: ${step.finding.message} (${step.finding.hint ?? ""})`,
  );
  return [...lines, ...(proc.usesCache() ? ["uses the cache"] : [])].join("\n");
}

/** The same for a program on glibc, without what every such program opens. */
async function traceGlibc(text: string, options: Case = {}): Promise<string> {
  const lines = (await trace(glibc + text, options)).split("\n");
  return lines.filter((line) => !/^\S*\/(?:ld-linux-x86-64\.so\.2|libc\.so\.6) /u.test(line)).join("\n");
}

describe("glibc's loader", () => {
  it("opens its own file, then libraries breadth first", async () => {
    expect(
      await trace(`${glibc}
//- /bin/main elf=x86_64 loader needed=libb.so,liba.so,libc.so.6 wants=libc.so.6:GLIBC_2.34
//- /usr/lib/liba.so elf=x86_64 needed=libc.so.6
//- /usr/lib/libb.so elf=x86_64 needed=libd.so
//- /usr/lib/libd.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/lib64/ld-linux-x86-64.so.2  object, /bin/main is started by the loader /lib64/ld-linux-x86-64.so.2
      /lib/libb.so  object, /bin/main needs libb.so
      /lib/liba.so  object, /bin/main needs liba.so
      /lib/x86_64-linux-gnu/libc.so.6  object, /bin/main needs libc.so.6
      /lib/libd.so  object, /lib/libb.so needs libd.so"
    `);
  });

  it("B01: inherits RPATH, not RUNPATH", async () => {
    const libraries = `
//- /opt/t1/libmid.so.1 elf=x86_64 soname=libmid.so.1 needed=libleaf.so.1
//- /opt/t1/libleaf.so.1 elf=x86_64 soname=libleaf.so.1
`;
    expect(
      await traceGlibc(`${libraries}//- /bin/main elf=x86_64 loader rpath=/opt/t1 needed=libmid.so.1`),
    ).toMatchInlineSnapshot(`
      "/opt/t1/libmid.so.1  object, /bin/main needs libmid.so.1
      /opt/t1/libleaf.so.1  object, /opt/t1/libmid.so.1 needs libleaf.so.1"
    `);
    expect(
      await traceGlibc(`${libraries}//- /bin/main elf=x86_64 loader runpath=/opt/t1 needed=libmid.so.1`),
    ).toMatchInlineSnapshot(`
      "/opt/t1/libmid.so.1  object, /bin/main needs libmid.so.1
      error LIBRARY_MISSING: cannot find libleaf.so.1: needed by /opt/t1/libmid.so.1, not in /lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has libleaf.so.1 to the builder)"
    `);
  });

  it("B02: a requester's RUNPATH turns off the program's RPATH", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader rpath=/opt/a:/opt/b needed=libmid.so
//- /opt/a/libmid.so elf=x86_64 runpath=/nowhere needed=libleaf.so
//- /opt/b/libleaf.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/opt/a/libmid.so  object, /bin/main needs libmid.so
      error LIBRARY_MISSING: cannot find libleaf.so: needed by /opt/a/libmid.so, not in /nowhere:/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has libleaf.so to the builder)"
    `);
  });

  it("takes the RPATH of every object on the way to the requester", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader needed=liba.so
//- /usr/lib/liba.so elf=x86_64 rpath=/opt/a needed=libb.so
//- /opt/a/libb.so elf=x86_64 needed=libc1.so
//- /opt/a/libc1.so elf=x86_64 needed=libd.so
//- /opt/a/libd.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/lib/liba.so  object, /bin/main needs liba.so
      /opt/a/libb.so  object, /lib/liba.so needs libb.so
      /opt/a/libc1.so  object, /opt/a/libb.so needs libc1.so
      /opt/a/libd.so  object, /opt/a/libc1.so needs libd.so"
    `);
  });

  it("ignores the RPATH of an object that has a RUNPATH as well, for what it loads too", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader needed=liba.so
//- /usr/lib/liba.so elf=x86_64 rpath=/opt/old runpath=/opt/new needed=libb.so
//- /opt/new/libb.so elf=x86_64 needed=libleaf.so
//- /opt/old/libb.so elf=x86_64
//- /opt/old/libleaf.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/lib/liba.so  object, /bin/main needs liba.so
      /opt/new/libb.so  object, /lib/liba.so needs libb.so
      error LIBRARY_MISSING: cannot find libleaf.so: needed by /opt/new/libb.so, not in /lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has libleaf.so to the builder)"
    `);
  });

  it("looks into RPATH, then LD_LIBRARY_PATH, then RUNPATH", async () => {
    const env = { LD_LIBRARY_PATH: "/env" };
    const libraries = `
//- /env/liba.so elf=x86_64
//- /own/liba.so elf=x86_64
`;
    const search = async (path: string): Promise<string> =>
      traceGlibc(`${libraries}//- /bin/main elf=x86_64 loader ${path}=/own needed=liba.so`, { env });
    expect(await search("rpath")).toBe("/own/liba.so  object, /bin/main needs liba.so");
    expect(await search("runpath")).toBe("/env/liba.so  object, /bin/main needs liba.so");
  });

  it("B03: the first of a soname wins, breadth first", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader rpath=/opt/m needed=liba.so,libx.so.1
//- /opt/m/liba.so elf=x86_64 rpath=/opt/a needed=libx.so.1
//- /opt/a/libx.so.1 elf=x86_64 soname=libx.so.1
//- /opt/m/libx.so.1 elf=x86_64 soname=libx.so.1
`),
    ).toMatchInlineSnapshot(`
      "/opt/m/liba.so  object, /bin/main needs liba.so
      /opt/m/libx.so.1  object, /bin/main needs libx.so.1"
    `);
  });

  it("takes loaded objects by soname, and $ORIGIN of a library by the name that it was opened by", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader runpath=/opt/link needed=libp.so.1,libother.so
//- /opt/link/libp.so.1 -> ../real/libp.so.1
//- /opt/real/libp.so.1 elf=x86_64 soname=libother.so runpath=$ORIGIN needed=libq.so
//- /opt/link/libq.so elf=x86_64
//- /opt/real/libq.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/opt/link/libp.so.1  object, /bin/main needs libp.so.1
      /opt/link/libq.so  object, /opt/link/libp.so.1 needs libq.so"
    `);
  });

  it("takes $ORIGIN of the program without links, and `..` after links", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main -> /opt/x/bin/main
//- /opt/x/bin/main elf=x86_64 loader runpath=$ORIGIN/../lib/../plug needed=libp.so
//- /opt/x/lib -> /srv/deep/lib
//- /srv/deep/lib/
//- /srv/deep/plug/libp.so elf=x86_64
`,
      ),
    ).toMatchInlineSnapshot(`
      "/srv/deep/plug/libp.so  object, /bin/main needs libp.so
      /opt/x/bin  file, /bin/main needs libp.so
      /opt/x/lib  file, /bin/main needs libp.so"
    `);
  });

  it("B06: expands $LIB, and $PLATFORM to all that exist", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader runpath=/opt/$LIB:/opt/\${PLATFORM}:/opt/$LIBX needed=libl.so,libp.so
//- /opt/lib/x86_64-linux-gnu/libl.so elf=x86_64
//- /opt/haswell/libp.so elf=x86_64
//- /opt/x86_64/libp.so elf=x86_64 needed=libbase.so
//- /usr/lib/libbase.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/opt/lib/x86_64-linux-gnu/libl.so  object, /bin/main needs libl.so
      /opt/x86_64/libp.so  object, /bin/main needs libp.so
      /opt/haswell/libp.so  object, /bin/main needs libp.so on newer machines
      /lib/libbase.so  object, /opt/x86_64/libp.so needs libbase.so"
    `);
  });

  it("takes every hardware variant beside the baseline, with what it needs", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader needed=libv.so.1
//- /usr/lib/libv.so.1 elf=x86_64
//- /usr/lib/glibc-hwcaps/x86-64-v3/libv.so.1 elf=x86_64 needed=libextra.so
//- /usr/lib/glibc-hwcaps/x86-64-v9/libv.so.1 elf=x86_64
//- /usr/lib/libextra.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/lib/libv.so.1  object, /bin/main needs libv.so.1
      /lib/glibc-hwcaps/x86-64-v3/libv.so.1  object, /bin/main needs libv.so.1 on newer machines
      /lib/libextra.so  object, /lib/glibc-hwcaps/x86-64-v3/libv.so.1 needs libextra.so"
    `);
  });

  it("takes the variants of other machines by their own names, and none where a machine has none", async () => {
    const paths = ["z16", "z13", "power10", "x86-64-v3"].map((level) => `//- /usr/lib/glibc-hwcaps/${level}/libv.so.1`);
    for (const [machine, loader, levels] of [
      ["s390x", "/lib/ld64.so.1", ["z16", "z13"]],
      ["aarch64", "/lib/ld-linux-aarch64.so.1", []],
      ["riscv64", "/lib/ld-linux-riscv64-lp64d.so.1", []],
      ["armhf", "/lib/ld-linux-armhf.so.3", []],
    ] as const) {
      const text = `
//- ${loader} 0755 elf=${machine}
/lib/
/usr/lib/
stable release version 2.41.
//- /bin/main elf=${machine} loader needed=libv.so.1
//- /usr/lib/libv.so.1 elf=${machine}
${paths.map((path) => `${path} elf=${machine}`).join("\n")}
`;
      const found = [...(await trace(text)).matchAll(/^\S*hwcaps\/(\S+)\//gmu)].map((match) => match[1]);
      expect([machine, ...found]).toEqual([machine, ...levels]);
    }
  });

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

  it("never reads ld.so.conf, but hints at it", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader needed=liblocal.so
//- /usr/local/lib/liblocal.so elf=x86_64
//- /etc/ld.so.conf.d/local.conf
/usr/local/lib
`),
    ).toMatchInlineSnapshot(
      `"error LIBRARY_MISSING: cannot find liblocal.so: needed by /bin/main, not in /lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (run ldconfig in the builder: /usr/local/lib/liblocal.so is there, but the loader's cache does not have it)"`,
    );
  });

  it("B10: passes over other classes and machines, and stops at everything else", async () => {
    const env = { LD_LIBRARY_PATH: "/one;/two:/three" };
    expect(
      await traceGlibc(
        `
//- /bin/main elf=x86_64 loader needed=libx.so,liby.so,libz.so
//- /one/libx.so elf=i386
//- /two/libx.so elf=aarch64
//- /three/libx.so elf=x86_64
//- /one/liby.so
GROUP ( /lib/liby.so.1 )
//- /two/liby.so elf=x86_64
//- /one/libz.so/
//- /two/libz.so elf=x86_64
`,
        { env },
      ),
    ).toMatchInlineSnapshot(`
      "/three/libx.so  object, /bin/main needs libx.so
      error LIBRARY_UNSUITABLE: cannot load liby.so: the loader takes /one/liby.so for /bin/main, but it is not an ELF file (remove /one/liby.so from the search path, or put the right library in its place)
      error LIBRARY_UNSUITABLE: cannot load libz.so: the loader takes /one/libz.so for /bin/main, but it is a directory (remove /one/libz.so from the search path, or put the right library in its place)"
    `);
  });

  it("B11: does not look further for a version", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader runpath=/old:/new needed=libver.so wants=libver.so:V1+V2+V3?
//- /old/libver.so elf=x86_64 soname=libver.so defines=V1
//- /new/libver.so elf=x86_64 soname=libver.so defines=V1,V2
`),
    ).toMatchInlineSnapshot(`
      "/old/libver.so  object, /bin/main needs libver.so
      error LIBRARY_VERSION_MISSING: cannot load /bin/main: /old/libver.so has no version V2 (build /bin/main against the libraries of the builder, or use a builder with a newer libver.so)"
    `);
  });

  it("B12: loads filtees; auxiliary ones may be absent", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader runpath=/opt needed=libf.so,libg.so
//- /opt/libf.so elf=x86_64 runpath=/opt auxiliary=libaux.so,libnone.so
//- /opt/libg.so elf=x86_64 runpath=/opt filter=libgone.so
//- /opt/libaux.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/opt/libf.so  object, /bin/main needs libf.so
      /opt/libg.so  object, /bin/main needs libg.so
      /opt/libaux.so  object, /opt/libf.so is a filter for libaux.so
      error LIBRARY_MISSING: cannot find libgone.so: needed by /opt/libg.so, not in /opt:/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has libgone.so to the builder)"
    `);
  });

  it("B13: opens names with a slash from the working directory", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main elf=x86_64 loader needed=./libns.so
//- /srv/libns.so elf=x86_64
`,
        { workdir: "/srv" },
      ),
    ).toMatchInlineSnapshot(`"/srv/libns.so  object, /bin/main needs ./libns.so"`);
  });

  it("B14: loads nothing for static programs", async () => {
    expect(await trace("//- /bin/main elf=x86_64 static")).toBe("");
    expect(await trace("//- /bin/main elf=x86_64")).toBe("");
  });

  it("B16: preloads, and only warns of what is not there", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main elf=x86_64 loader needed=libz.so
//- /usr/lib/libz.so elf=x86_64
//- /usr/lib/libone.so elf=x86_64
//- /usr/lib/libtwo.so elf=x86_64
//- /etc/ld.so.preload
libtwo.so # comment
libnone.so
`,
        { env: { LD_PRELOAD: "libone.so" } },
      ),
    ).toMatchInlineSnapshot(`
      "/etc/ld.so.preload  file, /bin/main has its loader read it
      /lib/libone.so  object, /bin/main preloads libone.so (LD_PRELOAD)
      /lib/libtwo.so  object, /bin/main preloads libtwo.so (/etc/ld.so.preload)
      warning LIBRARY_MISSING: cannot find libnone.so: needed by /bin/main, not in /lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has libnone.so to the builder)
      /lib/libz.so  object, /bin/main needs libz.so"
    `);
  });

  it("B17: resolves later objects with what the process has", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main elf=x86_64 loader runpath=/opt needed=libjvm.so
//- /opt/libjvm.so elf=x86_64 soname=libjvm.so
//- /opt/ext/libnet.so elf=x86_64 needed=libjvm.so,libgone.so
//- /opt/ext/foreign.node elf=aarch64 needed=libmissing.so
`,
        { load: ["/opt/ext/libnet.so", "/opt/libjvm.so", "/opt/ext/foreign.node"] },
      ),
    ).toMatchInlineSnapshot(`
      "/opt/libjvm.so  object, /bin/main needs libjvm.so
      warning LIBRARY_MISSING: cannot find libgone.so: needed by /opt/ext/libnet.so, not in /lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has libgone.so to the builder)
      warning LIBRARY_UNSUITABLE: cannot load /opt/ext/foreign.node: it is for another machine ()"
    `);
  });

  it("knows two names of one file as one object, and keeps both", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader needed=liba.so,libb.so
//- /usr/lib/liba.so elf=x86_64 inode=1
//- /usr/lib/libb.so elf=x86_64 inode=1
`),
    ).toMatchInlineSnapshot(`
      "/lib/liba.so  object, /bin/main needs liba.so
      /lib/libb.so  file, /bin/main needs libb.so"
    `);
  });

  it("enters the capability directories of loaders before 2.37", async () => {
    expect(
      await trace(`
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
/lib/
/usr/lib/
//- /bin/main elf=x86_64 loader needed=liba.so,libb.so,libd.so
//- /lib/liba.so elf=x86_64
//- /lib/tls/x86_64/liba.so elf=x86_64
//- /lib/libb.so elf=x86_64
//- /lib/haswell/libb.so elf=x86_64
//- /lib/libd.so elf=x86_64
//- /lib/glibc-hwcaps/x86-64-v3/libd.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/lib64/ld-linux-x86-64.so.2  object, /bin/main is started by the loader /lib64/ld-linux-x86-64.so.2
      /lib/tls/x86_64/liba.so  object, /bin/main needs liba.so
      /lib/libb.so  object, /bin/main needs libb.so
      /lib/haswell/libb.so  object, /bin/main needs libb.so on newer machines
      /lib/libd.so  object, /bin/main needs libd.so"
    `);
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

  it("splits RPATH and RUNPATH at colons only, and takes an empty path for none", async () => {
    const library = "//- /opt/a/liba.so elf=x86_64\n//- /liba.so elf=x86_64\n";
    const main = "//- /bin/main elf=x86_64 loader needed=liba.so";
    const missing =
      "error LIBRARY_MISSING: cannot find liba.so: needed by /bin/main, not in PLACES/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has liba.so to the builder)";
    expect(await traceGlibc(`${library}${main} runpath=/x;/opt/a`)).toBe(missing.replace("PLACES", "/x;/opt/a:"));
    expect(await traceGlibc(`${library}${main} runpath=`)).toBe(missing.replace("PLACES", ""));
    expect(await traceGlibc(`${library}${main} runpath=/x:`, { workdir: "/opt/a" })).toBe(
      "/opt/a/liba.so  object, /bin/main needs liba.so",
    );
  });

  it("turns RPATH off by an empty RUNPATH", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader needed=liba.so rpath=/opt/a runpath=
//- /opt/a/liba.so elf=x86_64
`),
    ).toContain("error LIBRARY_MISSING: cannot find liba.so");
  });

  it("stops at versions of the binary interface that it does not know, and at programs", async () => {
    const main = "//- /bin/main elf=x86_64 loader runpath=/one:/two needed=liba.so\n//- /two/liba.so elf=x86_64\n";
    const reason = async (header: string) =>
      /but (.*) \(|object/u.exec(await traceGlibc(`${main}//- /one/liba.so elf=x86_64 ${header}`))?.[1] ?? "taken";
    expect(await reason("osabi=3 abiversion=3")).toBe("taken");
    expect(await reason("osabi=3 abiversion=4")).toBe("it wants version 4 of the system's binary interface");
    expect(await reason("abiversion=1")).toBe("it wants version 1 of the system's binary interface");
    expect(await reason("osabi=9")).toBe("it is for another system");
    expect(await reason("type=1")).toBe("it is neither library nor program");
    expect(await reason("type=2")).toBe("it is a program");
    expect(await reason("flags1=0x8000000")).toBe("it is a program");
    expect(await reason("static")).toBe("it has no dynamic section");
    expect(await traceGlibc(`${main}//- /one/liba.so elf=aarch64 osabi=9`)).toContain("/two/liba.so");
  });

  it("passes over libraries for other float registers", async () => {
    expect(
      await trace(`
//- /lib/ld-linux-riscv64-lp64d.so.1 elf=riscv64 flags=4
//- /bin/main elf=riscv64 flags=4 loader runpath=/one:/two needed=liba.so
//- /one/liba.so elf=riscv64 flags=0
//- /two/liba.so elf=riscv64 flags=5
`),
    ).toContain("/two/liba.so  object");
  });

  it("finds names that are not ASCII, and names that are not UTF-8", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader runpath=/opt/ü needed=libé.so,lib\udce9.so
//- /opt/ü/libé.so elf=x86_64
//- /opt/ü/lib\udce9.so elf=x86_64
`),
    ).toBe(
      "/opt/ü/libé.so  object, /bin/main needs libé.so\n/opt/ü/lib\udce9.so  object, /bin/main needs lib\udce9.so",
    );
  });

  it("tells where only the builder's own environment leads", async () => {
    const fixture = `
//- /bin/main elf=x86_64 loader needed=liba.so
//- /opt/tool/lib/liba.so elf=x86_64
`;
    expect(await traceGlibc(fixture, { builderLibraryPath: "relative:/opt/tool/lib" })).toMatchInlineSnapshot(
      `"error LIBRARY_MISSING: cannot find liba.so: needed by /bin/main, not in /lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (set LD_LIBRARY_PATH in the image's env: /opt/tool/lib/liba.so is found only through the builder's own environment)"`,
    );
  });

  it("warns of two files of one soname in a process, where somebody needs it by that name", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main elf=x86_64 loader needed=libx.so.1
//- /usr/lib/libx.so.1 elf=x86_64 soname=libx.so.1
//- /opt/libx.so.1 elf=x86_64 soname=libx.so.1
//- /opt/one/plug.so elf=x86_64 soname=plug.so
//- /opt/two/plug.so elf=x86_64 soname=plug.so needed=/opt/libx.so.1
`,
        { load: ["/opt/one/plug.so", "/opt/two/plug.so"] },
      ),
    ).toMatchInlineSnapshot(`
      "/lib/libx.so.1  object, /bin/main needs libx.so.1
      /opt/libx.so.1  object, /opt/two/plug.so needs /opt/libx.so.1
      warning LIBRARY_TWICE: cannot tell which libx.so.1 /bin/main uses: it loads /lib/libx.so.1 and /opt/libx.so.1 (build what loads them against one of the two, or leave the other out)"
    `);
  });

  it("refuses a search path that no honest file has", async () => {
    const many = (prefix: string) =>
      Array.from({ length: 120 }, (_, index) => `/${prefix}${index}${"$PLATFORM".repeat(3)}`).join(":");
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader rpath=${many("a")} needed=liba.so
//- /usr/lib/liba.so elf=x86_64 rpath=${many("b")} needed=libb.so
//- /usr/lib/libb.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/lib/liba.so  object, /bin/main needs liba.so
      error LIBRARY_UNSUITABLE: cannot load /lib/liba.so: its search path has too many directories ()"
    `);
  });

  it("keeps out of the default directories where DF_1_NODEFLIB says so", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader flags1=0x800 needed=liba.so
//- /usr/lib/liba.so elf=x86_64
`),
    ).toMatchInlineSnapshot(
      `"error LIBRARY_MISSING: cannot find liba.so: needed by /bin/main (add the package that has liba.so to the builder)"`,
    );
  });

  it("tells that the loader is missing", async () => {
    expect(await trace("//- /bin/main elf=x86_64 loader=/lib/ld-musl-x86_64.so.1")).toMatchInlineSnapshot(
      `"error LOADER_MISSING: cannot start /bin/main: its dynamic loader /lib/ld-musl-x86_64.so.1 is missing (build the program against the builder's C library; this one is for musl (Alpine))"`,
    );
  });
});

describe("musl's loader (B18)", () => {
  const musl = `
//- /lib/ld-musl-x86_64.so.1 0755 elf=x86_64 soname=libc.so
`;
  const main = "//- /bin/main elf=x86_64 loader=/lib/ld-musl-x86_64.so.1";

  it("prefers the environment, inherits RUNPATH, and has the C library inside", async () => {
    expect(
      await trace(
        `${musl}${main} runpath=/opt/a needed=libx.so,liby.so,libc.musl-x86_64.so.1,libpthread.so.0
//- /opt/a/libx.so elf=x86_64 needed=libleaf.so
//- /opt/a/libleaf.so elf=x86_64
//- /env/libx.so elf=x86_64 needed=libleaf.so
//- /opt/a/liby.so elf=x86_64
`,
        { env: { LD_LIBRARY_PATH: "/env" } },
      ),
    ).toMatchInlineSnapshot(`
      "/lib/ld-musl-x86_64.so.1  object, /bin/main is started by the loader /lib/ld-musl-x86_64.so.1
      /env/libx.so  object, /bin/main needs libx.so
      /opt/a/liby.so  object, /bin/main needs liby.so
      /opt/a/libleaf.so  object, /env/libx.so needs libleaf.so"
    `);
  });

  it("reads its list of directories, by lines and colons", async () => {
    expect(
      await trace(`${musl}${main} needed=liba.so,libb.so,libd.so
//- /etc/ld-musl-x86_64.path
/one
/two:/three
//- /one/liba.so elf=x86_64
//- /three/libb.so elf=x86_64
//- /lib/libd.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/lib/ld-musl-x86_64.so.1  object, /bin/main is started by the loader /lib/ld-musl-x86_64.so.1
      /etc/ld-musl-x86_64.path  file, /bin/main has its loader read it
      /one/liba.so  object, /bin/main needs liba.so
      /three/libb.so  object, /bin/main needs libb.so
      error LIBRARY_MISSING: cannot find libd.so: needed by /bin/main, not in /one:/two:/three (add the package that has libd.so to the builder)"
    `);
  });

  it("does not know filters", async () => {
    expect(await trace(`${musl}${main} filter=libgone.so auxiliary=liba.so\n//- /lib/liba.so elf=x86_64\n`)).toBe(
      "/lib/ld-musl-x86_64.so.1  object, /bin/main is started by the loader /lib/ld-musl-x86_64.so.1",
    );
  });

  it("does not know sonames, and takes the first file of the name", async () => {
    expect(
      await trace(`${musl}${main} needed=liba.so,libother.so,libtext.so,libarm.so
//- /lib/liba.so elf=x86_64 soname=libother.so
//- /lib/libtext.so
text
//- /lib/libarm.so elf=aarch64
//- /usr/lib/libarm.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/lib/ld-musl-x86_64.so.1  object, /bin/main is started by the loader /lib/ld-musl-x86_64.so.1
      /lib/liba.so  object, /bin/main needs liba.so
      error LIBRARY_MISSING: cannot find libother.so: needed by /bin/main, not in /lib:/usr/local/lib:/usr/lib (add the package that has libother.so to the builder)
      error LIBRARY_UNSUITABLE: cannot load libtext.so: the loader takes /lib/libtext.so for /bin/main, but it is not an ELF file (remove /lib/libtext.so from the search path, or put the right library in its place)
      error LIBRARY_UNSUITABLE: cannot load libarm.so: the loader takes /lib/libarm.so for /bin/main, but it is for another machine (remove /lib/libarm.so from the search path, or put the right library in its place)"
    `);
  });
});
