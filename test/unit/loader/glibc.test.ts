import { describe, expect, it } from "vitest";
import { glibc, trace, traceGlibc } from "./trace-loader.ts";

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
