import { expect, test } from "vitest";
import { compilers } from "../../../src/dlopen/compilers.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /usr/bin/server 0755 elf=x86_64 loader=/lib64/ld.so
exec gcc -O2 -shared -o %o %s
//- /usr/bin/gcc -> gcc-14
//- /usr/bin/gcc-14 0755 elf=x86_64 loader=/lib64/ld.so
collect2
//- /usr/bin/as 0755 elf=x86_64 loader=/lib64/ld.so
//- /usr/bin/ld 0755 elf=x86_64 loader=/lib64/ld.so
//- /lib64/ld.so 0755 elf=x86_64
//- /usr/include/stdio.h
//- /usr/lib/gcc/x86_64-linux-gnu/14/crtbegin.o
//- /usr/lib/gcc/x86_64-linux-gnu/14/libasan.a
//- /usr/libexec/gcc/x86_64-linux-gnu/14/cc1 0755 elf=x86_64 loader=/lib64/ld.so
//- /usr/lib/x86_64-linux-gnu/crt1.o
//- /usr/lib/x86_64-linux-gnu/libc.so
GROUP ( libc.so.6 )
//- /usr/lib/x86_64-linux-gnu/libbig.a
${"archive\n".repeat(10_000)}
//- /usr/lib/x86_64-linux-gnu/libother.so elf=x86_64
`;

const compiler = /^\/usr\/(?:bin\/(?!server)|include\/|lib(?:exec)?\/)[^]*\.?\w+$/u;

async function shipped(prune: "safe" | "reachable", name: string): Promise<readonly string[]> {
  const { entries, diagnostics } = await closureOf({
    root,
    roots: [binary(`/usr/bin/${name}`)],
    process: { prune, env: { PATH: "/usr/bin" } },
    plugins: { rules: [compilers] },
  });
  const files = entries.filter(({ kind, path }) => kind !== "directory" && compiler.test(path));
  return [
    ...files.map(({ path }) => path),
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`.replace(/;.*$/u, "")),
  ];
}

test("at safe, a program that compiles has its compiler with headers and what it links", async () => {
  expect(await shipped("safe", "server")).toMatchInlineSnapshot(`
    [
      "/usr/bin/as",
      "/usr/bin/gcc",
      "/usr/bin/gcc-14",
      "/usr/bin/ld",
      "/usr/include/stdio.h",
      "/usr/lib/gcc/x86_64-linux-gnu/14/crtbegin.o",
      "/usr/lib/x86_64-linux-gnu/crt1.o",
      "/usr/lib/x86_64-linux-gnu/libc.so",
      "/usr/libexec/gcc/x86_64-linux-gnu/14/cc1",
      "PROGRAM_COMPILES: cannot leave out /usr/bin/gcc: a program starts this compiler, and it ships with the headers and objects it reads",
    ]
  `);
  expect(await shipped("safe", "gcc")).toEqual(await shipped("safe", "server"));
});

test("at reachable, no compiler ships for it, and none has headers", async () => {
  expect(await shipped("reachable", "server")).toMatchInlineSnapshot(`
    [
      "PROGRAM_COMPILES: cannot run /usr/bin/gcc for /usr/bin/server: it compiles while it runs, and compilers do not ship",
    ]
  `);
  expect(await shipped("reachable", "gcc")).toMatchInlineSnapshot(`
    [
      "/usr/bin/gcc",
      "/usr/bin/gcc-14",
      "PROGRAM_COMPILES: cannot compile with /usr/bin/gcc: neither headers (/usr/include) nor objects to link ship",
    ]
  `);
});
