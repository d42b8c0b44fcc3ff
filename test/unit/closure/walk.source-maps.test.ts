import { expect, test } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { closureOf } from "../../support/closure.ts";

test("a directory that a package names brings no maps of its sources", async () => {
  const root = `
//- /usr/bin/node 0755 elf=x86_64 static
//- /app/index.js
require("own");
//- /app/node_modules/own/package.json
{"name": "own", "main": "lib/index.js"}
//- /app/node_modules/own/lib/index.js
copy(require("path").join(__dirname, "../parts"));
//- /app/node_modules/own/parts/one.js
//- /app/node_modules/own/parts/one.js.map
//- /app/node_modules/own/parts/world.map
`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
    process: { cmd: ["index.js"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { ...allPlugins(), features: [] },
  });
  const parts = entries.map(({ path }) => path).filter((path) => path.includes("/parts/"));
  expect(parts).toEqual(["/app/node_modules/own/parts/one.js", "/app/node_modules/own/parts/world.map"]);
});
