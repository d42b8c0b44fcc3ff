import { expect, test } from "vitest";
import { readReferences } from "../../../../src/languages/javascript/references.ts";
import { nodeSkeleton } from "../../../../src/runtimes/node/skeleton.ts";
import { hole } from "../../../../src/values/patterns.ts";
import { traceNode } from "../../runtimes/node/trace-node.ts";

/**
 * What a source starts: `$ text` for the shell, `? text` where a package is told it, else a program with its arguments.
 */
function started(text: string): readonly string[] {
  const found = readReferences({ path: "/app/a.js", text, workdir: "/app" }).flatMap((one) => {
    if (one.kind === "program") return [[one.name, ...one.args].join(" ")];
    return one.kind === "command" && one.isHeld !== true ? [`${one.isGuess === true ? "?" : "$"} ${one.text}`] : [];
  });
  return found.map((one) => one.replaceAll(hole, "*"));
}

test.each([
  ['const { exec } = require("child_process"); exec("tr a b");', ["$ tr a b"]],
  ['const cp = require("child_process"); const run = util.promisify(cp.exec); run("tr a b");', ["$ tr a b"]],
  ['const { execFile } = require("child_process"); promisify(execFile)("date", ["-u"]).then(show);', ["date -u"]],
  ['const cp = require("child_process"); await require("util").promisify(cp.exec)("tr a b");', ["$ tr a b"]],
  [
    'import { exec, execFile } from "node:child_process"; const run = promisify(execFile); run("sort", ["-r"]);',
    ["sort -r"],
  ],
  ['import { exec as run } from "node:child_process"; run(`fold -w ${n}`);', ["$ fold -w *"]],
  ['const { spawn: start } = require("child_process"); start("tac", []);', ["tac"]],
  ['const { spawn } = require("child_process"); spawn.apply(null, ["tac", ["-r"]]);', ["tac -r"]],
  ['const { exec } = require("child_process"); Reflect.apply(exec, null, ["tr a b"]);', ["$ tr a b"]],
  ['const { spawnSync } = require("child_process"); spawnSync.call(null, "tac");', ["tac"]],
  ["vm.runInThisContext(\"require('child_process').execSync('tr a b')\")(require);", ["$ tr a b"]],
  ["new Worker(\"require('child_process').spawn('tac')\", { eval: true });", ["tac"]],
  ['const { exec } = await import("node:child_process"); exec("tr a b");', ["$ tr a b"]],
  ['const shell = require("shelljs"); shell.exec("tr a b | sort");', ["? tr a b | sort"]],
  ['import { exec } from "shelljs"; exec("tr a b");', ["? tr a b"]],
  ['import { $ } from "zx"; await $`sort -r ${name}`; $.sync({ cwd })`${name} x`;', ["? sort -r *", "? * x"]],
  ['import { execa } from "execa"; await execa({ cwd })`sort -r`;', ["sort"]],
  ["function list(start = cp.spawn) { return start('tac', ['-r']); }", ["tac -r"]],
  ["class A { constructor(d) { this.run = d.run ?? cp.execFile; } go() { this.run('nl'); } }", ["nl"]],
  ['const cp = require("child_process"); const tools = { sh: cp.exec }; tools.sh("tr a b");', ["$ tr a b"]],
  ['const cp = require("node:child_process"); const run = cp.execFileSync.bind(cp); run("fold");', ["fold"]],
  ['const { execSync } = require("child_process"); execSync(["tr", "a", "b"].join(" "));', ["$ tr a b"]],
  ['const cp = require("child_process"); const c = ["tr", x]; cp.exec(c.join(" ") + " | sort");', ["$ tr * | sort"]],
  ['import * as cp from "node:child_process"; const { exec: run } = cp; run("tr a b");', ["$ tr a b"]],
  ['const cp = require("child_process"); cp.spawn("cat", ["x", "|", "nl"], { shell: true });', ["$ cat x | nl"]],
  ['const cp = require("child_process"); cp.execFileSync("bash", [], { input: "nl x\\n" });', ["bash", "$ nl x\n"]],
  ['const child = spawn("sh"); child.stdin.write("sort -r x\\n");', ["sh", "? sort -r x"]],
  ['exports.run = require("child_process").execSync;', ["$ *"]],
  ['import { execFile } from "node:child_process"; export const run = promisify(execFile);', ["$ *"]],
  ['const file = "/app/a.js"; f(file); all.map(({ command: [file, ...rest] }) => spawn(file, rest));', ["*"]],
  ['/a b/.exec("find it"); html`<b>x</b>`; const found = expression.exec("find it");', []],
])("a source in JavaScript starts what its calls name: %s", (text, expected) => {
  expect(started(text)).toEqual(expected);
  const skeleton = nodeSkeleton({ path: "/app/a.js", workdir: "/app", text }, { isTraced: true });
  expect([...started(skeleton ?? text)].sort()).toEqual([...expected].sort());
});

test("a source in TypeScript starts what its calls name", () => {
  const source = `
import { exec, execSync, spawn, execFile } from "node:child_process";
const run = promisify(exec);
const start = util.promisify(execFile);
execSync("head -1 | tail -1");
exec(\`fold -w \${1 as number}\`);
spawn(\`tac\`, []);
spawn("sh", ["-c", "expand | od"]);
run("paste x");
start("comm");
await util.promisify(execFile)("tee");
const name: string = "join";
spawn(name);
spawn(names[0] ?? other);
function exec(text: string) {}
await $\`sort -r\`;
`;
  expect(started(source)).toEqual([
    "$ head -1 | tail -1",
    "$ fold -w 1",
    "tac",
    "sh -c expand | od",
    "$ paste x",
    "comm",
    "tee",
    "join",
    "*",
    "? sort -r",
  ]);
  const others = 'import shell from "shelljs"; const a: string = shell.exec("tr a b"); b.exec(c as string);';
  expect(started(others)).toEqual(["? tr a b"]);
});

test("texts of the application that look like commands are those, once one of its sources starts programs", async () => {
  const files = (starts: string): string => `
    //- /usr/bin/node 0755 elf=x86_64 loader
    //- /usr/bin/cut 0755 elf=x86_64
    //- /usr/bin/sort 0755 elf=x86_64
    //- /usr/bin/wc 0755 elf=x86_64
    //- /usr/bin/find 0755 elf=x86_64
    //- /app/index.js
    const tools = { cut: { cmd: "cut", args: ["-d", ","] } };
    require("./run").run(["sort", "-r"]);
    require("./run").shell("wc -l | cut -c 1");
    console.log("find the file");
    //- /app/run.js
    ${starts}
  `;
  const programs = async (starts: string): Promise<readonly string[]> => {
    const lines = (await traceNode(files(starts), { args: ["index.js"] })).split("\n");
    return lines.flatMap((line) => /^\/usr\/bin\/(?!node)(\w+)/u.exec(line)?.[1] ?? []);
  };
  const both = 'exports.run = ([name, ...args]) => require("child_process").spawn(name, args);';
  expect(await programs(both)).toEqual(["cut", "sort", "wc"]);
  expect(await programs("exports.run = () => {};")).toEqual([]);
});

test("what texts, settings and the environment of an application name could be what it starts, where only the run tells", async () => {
  const files = (starts: string): string => `
    //- /usr/bin/node 0755 elf=x86_64 loader
    //- /usr/bin/sh 0755 elf=x86_64
    //- /usr/bin/bash 0755 elf=x86_64
    //- /usr/bin/cut 0755 elf=x86_64
    //- /usr/bin/date 0755 elf=x86_64
    //- /usr/bin/fold 0755 elf=x86_64
    //- /usr/bin/gzip 0755 elf=x86_64
    //- /usr/bin/nl 0755 elf=x86_64
    //- /usr/bin/sort 0755 elf=x86_64
    //- /usr/bin/stat 0755 elf=x86_64
    //- /usr/bin/su 04755 elf=x86_64
    //- /usr/bin/tac 0755 elf=x86_64
    //- /usr/bin/tr 0755 elf=x86_64
    //- /usr/bin/wc 0755 elf=x86_64
    //- /usr/local/bin/render 0755 elf=x86_64
    //- /usr/local/bin/compose 0755 elf=x86_64
    //- /usr/local/bin/untold 0755 elf=x86_64
    //- /app/index.js
    require("./run").run({ tool: "gzip" });
    exports.engine = "render";
    exports.job = { script: "job", interpreter: "bash" };
    if (mode === "untold") exit();
    shell("tr a-z A-Z");
    shell("su own");
    start("tac", [file]);
    console.log("Sort the file.", "cut", "done");
    //- /app/run.js
    ${starts}
    //- /app/hooks/10-first 0755
    #!/usr/bin/fold -w3
    //- /app/config/jobs.json
    [{ "cmd": "date", "args": ["-u"] }, { "run": "wc -l /data" }]
    //- /app/steps.txt
    compose -o out
    //- /app/config/jobs.ini
    sorter = sort -r
    user = su own
    //- /app/node_modules/lib/jobs.json
    { "cmd": "nl" }
  `;
  const programs = async (starts: string): Promise<readonly string[]> => {
    const lines = (await traceNode(files(starts), { args: ["index.js"], env: { TOOL: "stat" } })).split("\n");
    const found = /^\/(?:usr\/(?:local\/)?bin|app\/hooks)\/(?!node|sh\b)([\w-]+) +program/u;
    return lines.flatMap((line) => found.exec(line)?.[1] ?? []).sort();
  };
  const open = 'exports.run = ({ tool }) => require("child_process").spawn(tool);';
  expect(await programs(open)).toEqual([
    "10-first",
    "bash",
    "compose",
    "date",
    "gzip",
    "render",
    "sort",
    "stat",
    "tac",
    "tr",
    "wc",
  ]);
  const listed = 'for (const name of ["nl", "xy"]) require("child_process").spawn(find(name)); sh`cut -c1`;';
  expect(await programs(listed)).toEqual(expect.arrayContaining(["cut", "nl"]));
  const script = 'const { spawn } = require("child_process"); spawn("bash", [join(folder, name)]);';
  expect(await programs(script)).toContain("10-first");
  expect(await programs('exports.run = () => require("child_process").spawn("cut");')).toEqual(["cut"]);
  // Which of them its author put into the builder nobody knows: a value alone counts for the author's own source.
  const alone = `${files(open)}\n    //- /app/tools.json\n    { "tools": { "sum": "nl" }, "type": "cut" }\n`;
  expect(await programs(open)).not.toContain("nl");
  expect(await traceNode(alone, { args: ["index.js"] })).toContain("/usr/bin/nl  program");
  const deep = `${files(open)}\n    //- /app/a/b/c/d/e/f/g/h/i/j/k/jobs.json\n    { "cmd": "cut" }\n`;
  expect(await traceNode(deep, { args: ["index.js"] })).toContain("/usr/bin/cut  program");
  const asking = 'const c = require("./table"); require("child_process").spawn(c.sum);';
  const table = `${files(asking)}\n    //- /app/table.js\n    module.exports = { sum: "nl", other: "cut" };\n`;
  const found = await traceNode(table, { args: ["index.js"] });
  expect(found).toContain("/usr/bin/nl  program");
  expect(found).not.toContain("/usr/bin/cut  program");
});

test("texts of a package that begin command lines are started, where it starts what only the run tells", async () => {
  const files = (lib: string): string => `
    //- /usr/bin/node 0755 elf=x86_64 loader
    //- /usr/bin/df 0755 elf=x86_64
    //- /usr/bin/sh 0755 elf=x86_64
    //- /usr/bin/sort 0755 elf=x86_64
    //- /app/index.js
    require("lib");
    //- /app/package.json
    {"dependencies": {"lib": "1"}}
    //- /app/node_modules/lib/package.json
    {"name": "lib", "bin": "bin/lib"}
    //- /app/node_modules/lib/index.js
    ${lib}
    //- /app/node_modules/lib/bin/lib
    require("child_process").execSync("sort -r");
  `;
  const run = "const [file, ...args] = given; parts.cpExecFile(file, args);";
  const lib = `const parts = { cpExecFile: promisify(cp.execFile) }; // child_process
    ${run} check(["df", "-Pk"]); const shell = ["sh", "-c"];`;
  for (const prune of ["safe", "reachable"] as const) {
    const found = await traceNode(files(lib), { args: ["index.js"], prune });
    expect(found).toMatch(/^\/usr\/bin\/df +program/mu);
    expect(found).toMatch(/^\/usr\/bin\/sort +program/mu);
  }
  expect(await traceNode(files(lib.replace(run, "")), { args: ["index.js"] })).not.toMatch(/^\/usr\/bin\/df /mu);
  const more = Array.from({ length: 12 }, (_, at) => `check(["tool${String(at)}", "-v"]);`).join("");
  expect(await traceNode(files(`${lib}${more}`), { args: ["index.js"] })).not.toMatch(/^\/usr\/bin\/df /mu);
});

test.for(["safe", "reachable"] as const)(
  "a package that starts what another source of it names brings programs of the builder's author at %s",
  async (prune) => {
    const fixture = `
      //- /usr/bin/node 0755 elf=x86_64 loader
      //- /usr/bin/ask 0755 elf=x86_64
      //- /usr/bin/lib 0755 elf=x86_64
      //- /usr/bin/sort 0755 elf=x86_64
      //- /app/package.json
      {"dependencies": {"lib": "1"}}
      //- /app/index.js
      require("lib");
      //- /app/node_modules/lib/package.json
      {"name": "lib"}
      //- /app/node_modules/lib/index.js
      const names = require("./names");
      require("child_process").spawn(names.of(process.platform), list());
      //- /app/node_modules/lib/names.js
      exports.of = (system) => { let name = null; if (system === "linux") name = v6 ? "ask" : old ? "lib" : "sort"; return name; };
    `;
    const traced = await traceNode(fixture, { prune, args: ["index.js"], chosen: ["/usr/bin/ask"] });
    expect(traced).toContain("/usr/bin/ask  program");
    expect(traced).toContain("/usr/bin/lib  program");
    expect(traced).not.toContain("/usr/bin/sort");
  },
);

test("says that a package has more sources than are read for the programs that it starts", async () => {
  const sources = Array.from({ length: 2000 }, (_, index) => `//- /app/node_modules/tool/lib/${String(index)}.js\n\n`);
  const tree = `
//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
//- /app/index.js
require("tool");
//- /app/node_modules/tool/package.json
{"name": "tool", "main": "main.js"}
//- /app/node_modules/tool/main.js
require("child_process").spawn(chosen);
`;
  const beyond = "beyond the first 2000 sources";
  expect(await traceNode(tree + sources.join(""), { args: ["index.js"], prune: "reachable" })).toContain(beyond);
  expect(await traceNode(tree + sources.slice(1).join(""), { args: ["index.js"], prune: "reachable" })).not.toContain(
    beyond,
  );
});
