import { expect, test } from "vitest";
import { hole } from "../../../../src/languages/javascript/evaluate.ts";
import { readReferences } from "../../../../src/languages/javascript/references.ts";
import { nodeSkeleton } from "../../../../src/runtimes/node/skeleton.ts";
import { traceNode } from "../../runtimes/node/trace-node.ts";

/** What a source starts: `$ text` for the shell, `? text` where a package is told it, else a program with its arguments. */
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
  ['const { exec } = await import("node:child_process"); exec("tr a b");', ["$ tr a b"]],
  ['const shell = require("shelljs"); shell.exec("tr a b | sort");', ["? tr a b | sort"]],
  ['import { exec } from "shelljs"; exec("tr a b");', ["? tr a b"]],
  ['import { $ } from "zx"; await $`sort -r ${name}`; $.sync({ cwd })`${name} x`;', ["? sort -r *", "? * x"]],
  ['import { execa } from "execa"; await execa({ cwd })`sort -r`;', ["sort"]],
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
    "$ fold -w *",
    "tac",
    "sh",
    "$ expand | od",
    "$ paste x",
    "comm",
    "tee",
    "join",
    "*",
    "? sort -r",
  ]);
  expect(started('const a: string = shell.exec("tr a b"); b.exec(c as string);')).toEqual(["? tr a b"]);
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
