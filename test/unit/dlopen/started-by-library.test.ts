import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

async function programs(imports: string): Promise<readonly string[]> {
  const files = ["/usr/bin/old", "/usr/bin/modern", "/usr/bin/other", "/usr/lib/libtools.so.1"];
  const { entries } = await closureOf({
    root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/lib/libtools.so.1 elf=x86_64 needed=libc.so.6 imports=${imports}
//- /usr/bin/old 0755 elf=x86_64 loader needed=libtools.so.1,libc.so.6 imports=run_instead
modern
//- /usr/bin/modern 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/other 0755 elf=x86_64 loader needed=libc.so.6
//- /var/lib/dpkg/status
Package: tools
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tools.list
${files.join("\n")}
`,
    roots: [binary("/usr/bin/old")],
    plugins: { ...allPlugins(), features: [] },
  });
  return entries.map(({ path }) => path).filter((path) => path.startsWith("/usr/bin/"));
}

it("brings what a program starts by a function of a library of its own package", async () => {
  expect(await programs("execve")).toEqual(["/usr/bin/modern", "/usr/bin/old"]);
  expect(await programs("read")).toEqual(["/usr/bin/old"]);
});
