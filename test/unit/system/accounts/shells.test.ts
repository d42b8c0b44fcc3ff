import { expect, it } from "vitest";
import { features } from "../../../../src/system/features.gen.ts";
import { binary } from "../../../support/closure.ts";
import { contentsOf, debian } from "../system-cases.ts";

it("gives root the shell that ships, for who starts commands by the shell of an account", async () => {
  const passwd = async (strings: string, shell: string): Promise<unknown> => {
    const root = `${debian}//- /usr/bin/filter 0755 elf=x86_64 loader needed=libc.so.6 imports=getpwuid,execle
${strings}
//- ${shell} 0755 elf=x86_64 loader needed=libc.so.6
`;
    const roots = [binary("filter"), binary(shell)];
    const contents = await contentsOf({ root, roots, plugins: { features } });
    return JSON.stringify(contents["/etc/passwd"]);
  };
  expect(await passwd("SHELL", "/bin/sh")).toContain("root:x:0:0:root:/root:/bin/sh");
  expect(await passwd("SHELL", "/bin/bash")).toContain("root:x:0:0:root:/root:/bin/bash");
  expect(await passwd("SHELLS", "/bin/sh")).toContain("root:x:0:0:root:/root:/sbin/nologin");
  expect(await passwd("SHELL", "/bin/other")).toContain("root:x:0:0:root:/root:/sbin/nologin");
});
