import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { node } from "../../../../src/runtimes/node/node.ts";
import { closureOf } from "../../../support/closure.ts";

const program = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
`;

const client = `
//- /app/package.json
{"dependencies": {"aws-lambda-ric": "4"}}
//- /app/node_modules/aws-lambda-ric/package.json
{"bin": {"aws-lambda-ric": "./index.mjs"}, "dependencies": {"store": "1", "node-gyp": "11", "node-addon-api": "8"}}
//- /app/node_modules/aws-lambda-ric/index.mjs 0755
createRequire(import.meta.url)("./rapid-client.node");
//- /app/node_modules/aws-lambda-ric/rapid-client.node 0755 elf=x86_64 needed=libc.so.6
//- /app/node_modules/aws-lambda-ric/deps/curl.tar.xz
//- /app/node_modules/aws-lambda-ric/src/native/binding.gyp
//- /app/node_modules/store/package.json
{}
//- /app/node_modules/node-gyp/package.json
{"dependencies": {"tar": "7"}}
//- /app/node_modules/node-addon-api/package.json
{}
//- /app/node_modules/tar/package.json
{}
`;

const handler = `
//- /app/src/index.mjs
import "./greeting.mjs";
export const handler = async () => {};
//- /app/src/greeting.mjs
`;

/** The start, the application's files, and the findings. */
async function check(root: string, name: string): Promise<string> {
  const { entrypoint, cmd, entries, diagnostics } = await closureOf({
    root: program + root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
    process: {
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      call: { platform: "aws-lambda", handler: name },
    },
    plugins: { runtimes: [node] },
  });
  const paths = entries.filter(({ kind, path }) => kind === "file" && path.startsWith("/app/")).map(({ path }) => path);
  const findings = diagnostics.map(
    ({ code, pointer = "", message, hint = "" }) => `${code} ${pointer}: ${message}\n  ${hint}`,
  );
  return `\n${[[...entrypoint, "|", ...cmd].join(" "), ...paths, ...findings].join("\n")}\n`;
}

it("starts the client with the function, without what only compiled the client", async () => {
  expect(await check(client + handler, "src/index.handler")).toMatchInlineSnapshot(`
    "
    /usr/bin/node /app/node_modules/aws-lambda-ric/index.mjs | src/index.handler
    /app/node_modules/aws-lambda-ric/index.mjs
    /app/node_modules/aws-lambda-ric/package.json
    /app/node_modules/aws-lambda-ric/rapid-client.node
    /app/node_modules/store/package.json
    /app/package.json
    /app/src/greeting.mjs
    /app/src/index.mjs
    "
  `);
});

it("keeps a package that builds addons where something imports it", async () => {
  const importing = client.replace("createRequire(", 'import "node-addon-api";\ncreateRequire(');
  expect(await check(importing + handler, "src/index.handler")).toContain(
    "/app/node_modules/node-addon-api/package.json\n",
  );
});

it("says which part of the client is missing", async () => {
  const uncompiled = client.replace(/^.*rapid-client\.node 0755.*\n/mu, "");
  expect(await check(uncompiled + handler, "src/index.handler")).toMatchInlineSnapshot(`
    "
    /usr/bin/node | src/index.handler
    /app/node_modules/aws-lambda-ric/index.mjs
    /app/node_modules/aws-lambda-ric/package.json
    /app/node_modules/store/package.json
    /app/package.json
    /app/src/greeting.mjs
    /app/src/index.mjs
    CLIENT_MISSING /serverless/handler: cannot start aws-lambda-ric, the platform's client for node: /app/node_modules/aws-lambda-ric holds no addon that was compiled
      let its install scripts run, and add what they need to the builder: packages: [cmake, g++, make, python3, xz-utils]
    "
  `);
  expect(await check(handler, "src/index.handler")).toMatchInlineSnapshot(`
    "
    /usr/bin/node | src/index.handler
    /app/src/greeting.mjs
    /app/src/index.mjs
    CLIENT_MISSING /serverless/handler: cannot start aws-lambda-ric, the platform's client for node: it is not installed in /app
      add "aws-lambda-ric" to the dependencies of package.json and of its lock file: npm install --package-lock-only aws-lambda-ric
    "
  `);
});

it("says where it looked for the function", async () => {
  const root = client + handler;
  const found = await Promise.all(
    ["index.handler", "handler", "../src/index.handler"].map(async (name) => {
      const text = await check(root, name);
      return text.slice(text.indexOf("HANDLER_MISSING"));
    }),
  );
  expect(found.join("")).toMatchInlineSnapshot(`
    "HANDLER_MISSING /serverless/handler: cannot call index.handler: there is no /app/index.js, .mjs or .cjs
      correct handler, or check that the app's include and exclude patterns, and .dockerignore, leave the file in
    HANDLER_MISSING /serverless/handler: cannot call handler: it does not name a file and a function of it
      write it as FILE.FUNCTION, such as index.handler
    HANDLER_MISSING /serverless/handler: cannot call ../src/index.handler: it does not name a file and a function of it
      write it as FILE.FUNCTION, such as index.handler
    "
  `);
});

it("finds a function in a package", async () => {
  const root = `${client}
//- /app/node_modules/jobs/package.json
{"main": "lib.js"}
//- /app/node_modules/jobs/lib.js
exports.run = () => {};
`;
  expect(await check(root, "jobs.run")).toContain("/app/node_modules/jobs/lib.js\n");
});
