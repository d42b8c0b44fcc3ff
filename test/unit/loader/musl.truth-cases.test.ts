import { describe, expect, it } from "vitest";
import { trace } from "./trace-loader.ts";

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
