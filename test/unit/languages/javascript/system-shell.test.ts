import { expect, test } from "vitest";
import { traceNode } from "../../runtimes/node/trace-node.ts";

const shells = `
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/sh 0755 elf=x86_64 loader needed=libc.so.6
//- /app/main.js
require("child_process").exec("true; false");
`;

test("a text is for /bin/sh, though the PATH finds another name of it first", async () => {
  const lines = await traceNode(`${shells}//- /bin -> usr/bin\n`, { env: { PATH: "/usr/bin:/bin" } });
  expect(lines).toMatch(/^\/bin\/sh  program /mu);
});

test("without one it is the shell on the PATH", async () => {
  expect(await traceNode(shells, { env: { PATH: "/usr/bin:/bin" } })).toMatch(/^\/usr\/bin\/sh  program /mu);
});
