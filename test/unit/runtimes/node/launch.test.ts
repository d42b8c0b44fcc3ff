import { expect, test } from "vitest";
import { readNodeCommand, splitNodeOptions } from "../../../../src/languages/javascript/arguments.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { node } from "../../../../src/runtimes/node/node.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { type ProcessOptions, processIn, traceNode } from "./trace-node.ts";

const program = "//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6\n";

test("node is known by its name or by libnode", async () => {
  const root = fixtureRoot(`${program}
    //- /usr/bin/worker 0755 elf=x86_64 loader needed=libnode.so.115
    //- /usr/bin/nodejs -> node
    //- /usr/bin/nodemon 0755 elf=x86_64 loader needed=libc.so.6
  `);
  const claims = async (name: string) => {
    const { elf } = await processIn(root, { program: name });
    return node.claims({ path: toAbsPath(name), realPath: toAbsPath(name), elf });
  };
  expect(await claims("/usr/bin/node")).toBe(true);
  expect(await claims("/usr/bin/nodejs")).toBe(true);
  expect(await claims("/usr/bin/worker")).toBe(true);
  expect(await claims("/usr/bin/nodemon")).toBe(false);
  expect(await claims("/usr/bin/absent")).toBe(false);
});

test("a distribution's node brings its built-in modules, its certificates and its global packages", async () => {
  const fixture = `
    //- /usr/bin/node 0755 elf=x86_64 loader needed=libnode.so.115,libc.so.6
    //- /usr/lib/libnode.so.115 elf=x86_64 needed=libc.so.6
    /usr/share/nodejs/acorn/dist/acorn.js
    /usr/share/nodejs/absent.js
    node:internal/x.js
    //- /usr/share/nodejs/acorn/dist/acorn.js
    //- /usr/share/nodejs/acorn/package.json
    {"main": "dist/acorn.js"}
    //- /usr/share/nodejs/other/index.js
    //- /etc/ssl/openssl.cnf
    //- /etc/ssl/certs/ca-certificates.crt
    //- /app/index.js
    require("other");
  `;
  expect(await traceNode(fixture)).toMatchInlineSnapshot(`
    "/app/index.js  module  node runs the program of its arguments
    /etc/ssl/certs/ca-certificates.crt  file  node trusts the certificates of the system
    /etc/ssl/openssl.cnf  file  node reads the OpenSSL configuration
    /usr/share/nodejs/acorn/dist/acorn.js  file  node loads a built-in module from outside the program
    /usr/share/nodejs/other/index.js  module  /app/index.js imports other"
  `);
});

test("options and the environment name what loads first", async () => {
  const fixture = `${program}
    //- /app/setup.cjs
    //- /app/hook.mjs
    //- /app/settings.env
    //- /app/server.js
    require("shared");
    //- /opt/modules/shared.js
    //- /etc/own-ca.pem
  `;
  const options = {
    args: ["--env-file=settings.env", "--import", "./hook.mjs", "server", "--port", "1"],
    env: { NODE_OPTIONS: '--require "./setup.cjs"', NODE_PATH: "/opt/modules", NODE_EXTRA_CA_CERTS: "/etc/own-ca.pem" },
  };
  expect(await traceNode(fixture, options)).toMatchInlineSnapshot(`
    "/app/hook.mjs  module  node loads the module of --import
    /app/server.js  module  node runs the program of its arguments
    /app/settings.env  file  node reads the file of --env-file
    /app/setup.cjs  module  node loads the module of --require
    /etc/own-ca.pem  file  node reads what NODE_EXTRA_CA_CERTS names
    /opt/modules/shared.js  module  /app/server.js imports shared"
  `);
});

test("command lines", () => {
  expect(
    readNodeCommand(["-r", "a", "--max-old-space-size=99", "-C", "x", "--", "s.js", "-r", "b"]),
  ).toMatchInlineSnapshot(`
    {
      "code": undefined,
      "conditions": [
        "x",
      ],
      "files": [],
      "preloads": [
        {
          "mode": "require",
          "option": "-r",
          "specifier": "a",
        },
      ],
      "script": "s.js",
    }
  `);
  expect(readNodeCommand(["-e", "require('x')", "word"]).script).toBeUndefined();
  expect(readNodeCommand(["-"]).script).toBeUndefined();
  expect(splitNodeOptions('--require "a b.js"  --title="x \\" y"')).toEqual(["--require", "a b.js", '--title=x " y']);
});

test("what starts an application that names no arguments", async () => {
  const defaults = async (json: string, names: readonly string[], options: ProcessOptions = {}) => {
    const files = names.map((name) => `//- /app/${name}\n`).join("");
    const root = fixtureRoot(`${program}//- /app/package.json\n${json}\n${files}`);
    return node.defaultArgs?.(await processIn(root, options));
  };
  expect(
    await defaults('{"scripts": {"start": "node --enable-source-maps dist/x.js"}, "main": "lib.js"}', ["lib.js"]),
  ).toEqual(["--enable-source-maps", "dist/x.js"]);
  expect(await defaults('{"scripts": {"start": "NODE_ENV=x node y.js"}, "main": "./lib"}', ["lib.js"])).toEqual([
    "lib.js",
  ]);
  expect(await defaults('{"bin": {"tool": "cli.js"}}', ["cli.js", "index.js"])).toEqual(["cli.js"]);
  expect(await defaults("{}", ["server.js"])).toEqual(["server.js"]);
  expect(await defaults("{}", ["index.js"], { workdir: "/" })).toEqual(["/app/index.js"]);
  expect(await defaults("not json", ["other.js"])).toEqual([]);
});
