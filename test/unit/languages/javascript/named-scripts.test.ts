import { expect, test } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { node } from "../../../../src/runtimes/node/node.ts";
import { shell } from "../../../../src/runtimes/shell/shell.ts";
import { closureOf } from "../../../support/closure.ts";

const root = `
  //- /usr/bin/node 0755 elf=x86_64
  //- /bin/sh 0755 elf=x86_64
  //- /bin/date 0755 elf=x86_64
  //- /usr/bin/ruby 0755 elf=x86_64
  //- /usr/bin/python3 0755 elf=x86_64
  //- /app/package.json
  {"dependencies": {"keeper": "1"}}
  //- /app/tasks.config.js
  const path = require("path");
  module.exports = { apps: [
    { name: "tick", script: "./bin/tick" },
    { name: "tock", script: path.join(__dirname, "bin/tock.sh"), interpreter: "sh" },
    { name: "text", script: "./words.txt" },
    { name: "score", script: "score.pl", cwd: "jobs" },
    { name: "own", script: "./bin/own.js" },
  ] };
  //- /app/bin/tick 0755
  #!/usr/bin/ruby
  //- /app/bin/tock.sh
  date
  //- /app/bin/other 0755
  #!/usr/bin/python3
  //- /app/bin/own.js 0755
  #!/usr/bin/env node
  //- /usr/bin/perl 0755 elf=x86_64
  //- /app/jobs/score.pl
  print 1;
  //- /app/words.txt
  words
  //- /app/node_modules/keeper/package.json
  {"main": "index.js"}
  //- /app/node_modules/keeper/index.js
  require(require("path").resolve(process.argv[2]));
`;

test.each(["safe", "reachable"] as const)(
  "a script that a source of the application names brings its programs, at %s",
  async (prune) => {
    const { entries } = await closureOf({
      root,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
      process: { cmd: ["tasks.config.js"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
      plugins: { runtimes: [node, shell] },
    });
    const paths = entries.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["/usr/bin/ruby", "/bin/sh", "/bin/date", "/usr/bin/perl"]));
    expect(paths).not.toContain("/usr/bin/python3");
  },
);

test.each(["safe", "reachable"] as const)(
  "a script that settings name is what the program beside it runs, at %s",
  async (prune) => {
    const { entries } = await closureOf({
      root: `
      //- /usr/bin/node 0755 elf=x86_64
      //- /usr/bin/date 0755 elf=x86_64
      //- /usr/bin/sh 0755 elf=x86_64
      //- /bin/sh -> /usr/bin/sh
      //- /app/index.js
      const { run } = require("./tasks.json");
      require("child_process").spawn(run[0], run.slice(1));
      //- /app/tasks.json
      {"run": ["sh", "jobs/tock.sh"]}
      //- /app/jobs/tock.sh
      date
    `,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
      process: { cmd: ["index.js"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
      plugins: { runtimes: [node, shell] },
    });
    expect(entries.map(({ path }) => path)).toContain("/usr/bin/date");
  },
);
