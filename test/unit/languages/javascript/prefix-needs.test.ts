import { expect, test } from "vitest";
import { traceNode } from "../../runtimes/node/trace-node.ts";

const installed = `
  //- /usr/local/bin/node 0755 elf=x86_64 loader needed=libc.so.6
  //- /usr/local/etc/toolrc
  registry=https://packages.example
  //- /usr/local/etc/other
  //- /usr/local/lib/node_modules/tool/package.json
  {"name": "tool", "version": "1.0.0"}
  //- /usr/local/lib/node_modules/tool/cli.js
  const { resolve } = require("path");
  module.exports = (prefix) => [resolve(prefix, "etc/toolrc"), prefix + "/etc/nothing", "etc/../etc/other"];
  //- /app/index.js
  read(root() + "/etc/other");
`;

test.for(["safe", "reachable"] as const)("settings in the prefix of an installed program ship at %s", async (prune) => {
  const program = "/usr/local/bin/node";
  const tool = "/usr/local/lib/node_modules/tool/cli.js";
  const lines = (await traceNode(installed, { program, prune, args: [tool, "/app/index.js"] })).split("\n");
  const named = lines.filter((line) => line.includes("/etc/"));
  expect(named).toHaveLength(1);
  expect(named[0]).toMatch(/^\/usr\/local\/etc\/toolrc {2}file .* names etc\/toolrc of its prefix$/u);
});

test("from the root itself there is no prefix", async () => {
  const fixture = installed.replaceAll("/usr/local/bin", "/bin").replaceAll("/usr/local/etc", "/etc");
  const args = ["/usr/local/lib/node_modules/tool/cli.js"];
  expect(await traceNode(fixture, { program: "/bin/node", args })).not.toContain("/etc/");
});
