import { expect, test } from "vitest";
import type { ClosureRequest } from "../../../src/closure/model/request.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { closureOf } from "../../support/closure.ts";

const system = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /lib/x86_64-linux-gnu/libc.so.6 elf=x86_64
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/dash 0755 elf=x86_64 loader needed=libc.so.6
//- /bin/sh -> ../usr/bin/dash
//- /root/.npmrc
//_authToken=secret
//- /root/lib.sh
TOKEN=secret
//- /etc/shadow 0640
root:secret
//- /srv/key.pem 0600
secret
`;

/** What of the builder's secrets ships, and what is said of those that do not. */
async function check(app: string, process: Partial<ClosureRequest["process"]>): Promise<readonly string[]> {
  const [program = "", ...cmd] = process.cmd ?? [];
  const { entries, diagnostics } = await closureOf({
    root: system,
    trees: [{ id: "app", kind: "app", prefix: "/app", tree: app }],
    roots: [
      { kind: "binary", pointer: "/binaries/0", view: "main", path: program },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), ...process, cmd },
    plugins: { ...allPlugins(), features: [] },
  });
  return [
    ...entries.filter(({ path }) => /^\/(?:root|etc|srv)\/./u.test(path)).map(({ path }) => `SHIPS ${path}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message.replace(/;.*/u, "")}`),
  ];
}

const main = (text: string): string => `
//- /main.js
${text}
//- /node_modules/f/package.json
{"name": "f", "main": "../../../root/.npmrc"}
`;

test.for<readonly [string, string]>([
  ["the main file of a package", main('require("f");')],
  ["a relative path of a source", main('require("../root/.npmrc");')],
  ["an absolute path of a source", main('require("/srv/key.pem");')],
  ["a path that is read", main('require("fs").readFileSync(__dirname + "/../etc/shadow");')],
  ["a link of the application", `${main("")}//- /linked -> ../root/.npmrc\n`],
  ["a link of the application to what only root may read", `${main("")}//- /linked -> /srv/key.pem\n`],
])("no secret of the builder ships by %s", async ([, app]) => {
  const lines = await check(app, { cmd: ["/usr/bin/node", "main.js"] });
  expect(lines.filter((line) => line.startsWith("SHIPS"))).toEqual([]);
  expect(lines.filter((line) => /REACHES_OUTSIDE|FILE_PRIVATE/u.test(line))).not.toEqual([]);
});

test("what a script sources from /root stays out with a warning", async () => {
  const lines = await check("//- /run.sh 0755\n#!/bin/sh\n. /root/lib.sh\n", { cmd: ["/app/run.sh"] });
  expect(lines).toMatchInlineSnapshot(`
    [
      "error LIBRARY_MISSING: cannot find libc.so.6: needed by /bin/sh, not in /lib64:/usr/lib64:/lib:/usr/lib",
      "warning FILE_PRIVATE: cannot ship 1 file that it names: private files need a line of the spec: /root/lib.sh",
    ]
  `);
});
