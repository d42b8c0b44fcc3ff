import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

async function started(program: string): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/totext 0755 elf=x86_64
//- /bin -> usr/bin
//- /usr/bin/index 0755 elf=x86_64 loader needed=libc.so.6 ${program}
totext --plain 2>/dev/null
`,
    roots: [binary("/usr/bin/index")],
    process: { env: { PATH: "/usr/bin" } },
    plugins: { ...allPlugins(), features: [] },
  });
  return entries.flatMap(({ path, kind }) => (kind === "file" && path.startsWith("/usr/bin/") ? [path] : []));
}

it("brings the commands of a program that starts a shell itself, as of one that uses system(3)", async () => {
  expect(await started("imports=execl\n/bin/sh")).toEqual(["/usr/bin/index", "/usr/bin/sh", "/usr/bin/totext"]);
});

it("brings none where a program starts others without a shell", async () => {
  expect(await started("imports=execl")).toEqual(["/usr/bin/index"]);
});
