import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

async function shipped(imports: string): Promise<readonly string[]> {
  const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/develop 0755 elf=x86_64 loader needed=libdevelop.so.1
//- /usr/lib/libdevelop.so.1 elf=x86_64 soname=libdevelop.so.1 imports=${imports}
../share/locale
../share/nothing
../share
//- /usr/share/locale/de/other.mo
x
`;
  const plugins = { ...allPlugins(), features: [] };
  const { entries } = await closureOf({ root, roots: [binary("/usr/bin/develop")], plugins });
  return entries.map(({ path }) => path).filter((path) => path.startsWith("/usr/share"));
}

it("brings a directory of the system whose real path an object asks for, empty", async () => {
  expect(await shipped("realpath")).toEqual(["/usr/share", "/usr/share/locale"]);
  expect(await shipped("fopen")).toEqual([]);
});
