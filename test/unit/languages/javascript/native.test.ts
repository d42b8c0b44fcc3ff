import { expect, test } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { node } from "../../../../src/runtimes/node/node.ts";
import { closureOf } from "../../../support/closure.ts";

const root = (scripts: string): string => `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/node 0755 elf=x86_64 loader
//- /app/package.json
{"dependencies": {"base": "1"}}
//- /app/index.js
require("base")
//- /app/node_modules/base/package.json
{"name": "base", "scripts": ${scripts}}
//- /app/node_modules/base/index.js
copy(path.join(__dirname, "parts"));
//- /app/node_modules/base/parts/base.c
int main;
//- /app/node_modules/base/parts/schema.sql
select 1
`;

async function partsOf(scripts: string, prune: "safe" | "reachable"): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: root(scripts),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
    process: { cmd: ["index.js"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
    plugins: { runtimes: [node] },
  });
  return entries.flatMap(({ path }) => /\/parts\/(.+)$/u.exec(path)?.[1] ?? []);
}

test.each(["safe", "reachable"] as const)(
  "a directory that a compiled package names has no sources in C, at %s",
  async (prune) => {
    expect(await partsOf('{"install": "node-gyp rebuild"}', prune)).toEqual(["schema.sql"]);
    expect(await partsOf("{}", prune)).toEqual(["base.c", "schema.sql"]);
  },
);
