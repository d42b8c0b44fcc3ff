import { describe, expect, it } from "vitest";
import { trace, traceGlibc } from "./trace-loader.ts";

describe("glibc's loader", () => {
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
});
