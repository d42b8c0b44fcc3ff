import { expect, it } from "vitest";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../../support/closure.ts";

const root = (mode: string, loader: string, libc: string) => `
//- ${loader} 0755 elf=x86_64 soname=${libc}
stable release version 2.41.
/lib/
/usr/lib/
//- /usr/lib/${libc === "libc.so" ? "unused" : libc} elf=x86_64 soname=${libc}
//- /usr/bin/tool ${mode} elf=x86_64 loader=${loader} needed=libown.so,${libc}
//- /opt/lib/libown.so elf=x86_64 soname=libown.so
//- /usr/lib/libown.so elf=x86_64 soname=libown.so
//- /usr/lib/libpre.so elf=x86_64 soname=libpre.so
`;

const env = { LD_LIBRARY_PATH: "/opt/lib", LD_PRELOAD: "libpre.so" };

it.each([
  ["0755", "nonroot", ["/opt/lib/libown.so", "/usr/lib/libpre.so"]],
  ["4755", "nonroot", ["/usr/lib/libown.so"]],
  ["2755", "1000:1000", ["/usr/lib/libown.so"]],
  ["4755", "root", ["/opt/lib/libown.so", "/usr/lib/libpre.so"]],
  ["4755", "0:0", ["/opt/lib/libown.so", "/usr/lib/libpre.so"]],
])("a program of mode %s that %s starts is loaded with %s", async (mode, user, libraries) => {
  for (const [loader, libc] of [
    ["/lib64/ld-linux-x86-64.so.2", "libc.so.6"],
    ["/lib/ld-musl-x86_64.so.1", "libc.so"],
  ] as const) {
    const { entries } = await closureOf({
      root: root(mode, loader, libc),
      roots: [binary("/usr/bin/tool")],
      plugins: allPlugins(),
      process: { env, user },
    });
    const found = entries.map(({ path }) => path).filter((path) => /lib(?:own|pre)\.so$/u.test(path));
    expect([loader, ...found]).toEqual([loader, ...libraries]);
  }
});
