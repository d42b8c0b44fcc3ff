import { expect, it } from "vitest";
import type { RequestRoot } from "../../../../src/closure/model/request.ts";
import { binary, dumpOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/tool 0755 elf=x86_64 static
//- /app/logs/access.log -> /dev/stdout
//- /app/current -> releases/2
//- /app/releases/1/main.txt
one
//- /app/twice -> current
//- /app/self -> self
//- /app/round -> about
//- /app/about -> round
//- /app/kept -> gone
`;

function include(path: string, more: { readonly isOffered?: true } = {}): RequestRoot {
  return { kind: "include", pointer: "/closure/include/0", view: "main", path, ...more };
}

async function linksOf(path: string, more: { readonly isOffered?: true } = {}): Promise<readonly string[]> {
  const closure = { exclude: [{ path: "/app/kept", force: false }] };
  const dump = await dumpOf({ root, roots: [binary("tool"), include(path, more)], closure });
  return dump.split("\n").filter((line) => line.includes("symlink") || line.startsWith("error"));
}

it("ships a link that a pattern finds as it is, whatever it leads to, unless it is excluded", async () => {
  expect(await linksOf("/app/**")).toMatchInlineSnapshot(`
    [
      "/app/about  symlink -> round  system  spec /closure/include/0 includes /app/**",
      "/app/current  symlink -> releases/2  system  spec /closure/include/0 includes /app/**",
      "/app/logs/access.log  symlink -> /dev/stdout  system  spec /closure/include/0 includes /app/**",
      "/app/round  symlink -> about  system  spec /closure/include/0 includes /app/**",
      "/app/self  symlink -> self  system  spec /closure/include/0 includes /app/**",
      "/app/twice  symlink -> current  system  spec /closure/include/0 includes /app/**",
    ]
  `);
});

it("tells of a link that the spec names itself and that leads nowhere, unless an engine mounts what it leads to", async () => {
  expect(await linksOf("/app/logs/access.log")).toMatchInlineSnapshot(`
    [
      "/app/logs/access.log  symlink -> /dev/stdout  system  spec /closure/include/0 includes /app/logs/access.log",
    ]
  `);
  expect(await linksOf("/app/twice")).toMatchInlineSnapshot(`
    [
      "error FILE_MISSING /closure/include/0: cannot find /app/twice: /app/current points at /app/releases/2, which is not in the builder (add the package that has it to the builder's \`packages\`)",
    ]
  `);
  expect(await linksOf("/app/self")).toMatchInlineSnapshot(`
    [
      "error LINK_LOOP /closure/include/0: cannot follow /app/self: more than 40 links, the last one /app/self (repair the links in the builder)",
    ]
  `);
  expect(await linksOf("/app/self", { isOffered: true })).toMatchInlineSnapshot(`
    [
      "/app/self  symlink -> self  system  spec /closure/include/0 includes /app/self",
    ]
  `);
});
