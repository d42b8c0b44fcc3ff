import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { closureOf } from "../../support/closure.ts";

it("takes a directory that a list in a variable names whole, where a text has named one of its files already", async () => {
  const root = `
//- /usr/bin/node 0755 elf=x86_64 static
//- /srv/share/own.dat
//- /srv/share/schemas/own.compiled
//- /srv/other/unnamed.dat
//- /app/main.js
import { readFileSync } from "node:fs";
readFileSync("/srv/share/own.dat");
`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
    process: {
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      cmd: ["/app/main.js"],
      env: { XDG_DATA_DIRS: "/srv/share:/usr/share" },
      entries: [toAbsPath("/app/main.js")],
    },
    plugins: { ...allPlugins(), features: [] },
  });
  const found = entries.filter(({ kind, path }) => kind === "file" && path.startsWith("/srv/"));
  expect(found.map(({ path, reason }) => `${path} ${reason.why}`)).toEqual([
    "/srv/share/own.dat names /srv/share in XDG_DATA_DIRS",
    "/srv/share/schemas/own.compiled names /srv/share in XDG_DATA_DIRS",
  ]);
});
