import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64 soname=libc.so.6
//- /usr/sbin/desk 0755 elf=x86_64 loader needed=libc.so.6 imports=getusershell
//- /usr/bin/bash 0755 elf=x86_64 loader needed=libc.so.6
//- /etc/shells
# shells that accounts may have
/usr/bin/bash
`;

it("brings the list of shells for who asks for it, and none of them", async () => {
  const { entries } = await closureOf({
    root,
    roots: [binary("/usr/sbin/desk")],
    plugins: { ...allPlugins(), features: [] },
  });
  const found = entries.map(({ path }) => path);
  expect(found).toContain("/etc/shells");
  expect(found).not.toContain("/usr/bin/bash");
});
