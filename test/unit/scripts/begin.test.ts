import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { type CommandResult, capture } from "../../../scripts/lib/command.ts";
import { projectFolder } from "../../../scripts/lib/project.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-begin-"));
afterAll(() => rmSync(folder, { recursive: true }));
const begin = join(projectFolder, "scripts/begin.cjs");

/** Runs a script of these lines as `npm run` runs those of the project. */
async function run(lines: string, ...options: readonly string[]): Promise<CommandResult> {
  const script = join(folder, "script.mjs");
  writeFileSync(script, lines);
  const env = { PITH_ENGINE_DIR: join(folder, "state") };
  return capture(process.execPath, [...options, "-r", begin, script], { env });
}

test("each script of package.json that Node runs begins with what says failures plainly", () => {
  const text = readFileSync(join(projectFolder, "package.json"), "utf8");
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text));
  const started = Object.values(scripts).flatMap((line) => line.split(" && ").filter((one) => one.startsWith("node ")));
  expect(started.length).toBeGreaterThan(10);
  expect(started.filter((line) => !line.startsWith("node -r ./scripts/begin.cjs "))).toEqual([]);
});

test("a failure is a sentence, whoever threw it and when", async () => {
  const thrown = await run('throw new Error("cannot find the moon: it is new")');
  expect(thrown).toEqual({ code: 1, stdout: "", stderr: "cannot find the moon: it is new\n" });
  const later = await run('setTimeout(() => Promise.reject(new Error("cannot wait: no time")), 1)');
  expect(later).toEqual({ code: 1, stdout: "", stderr: "cannot wait: no time\n" });
  const options = await run('import { parseArgs } from "node:util"; parseArgs({ args: ["--moon"], options: {} });');
  expect(options.code).toBe(2);
  expect(options.stderr).toMatch(/^cannot read the command line: Unknown option '--moon'[^\n]*\n$/u);
});

test("a defect keeps its stack trace, and asks for a report", async () => {
  const { code, stderr } = await run("undefined.moon");
  expect(code).toBe(70);
  expect(stderr).toMatch(/^internal error: please report it[^\n]*\nTypeError: [^\n]*\n +at /u);
});

test("the stack trace of a failure is in the log where there is one", async () => {
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, "state/log.txt"), "before\n");
  await run('throw new Error("cannot find the moon: it is new")');
  const log = readFileSync(join(folder, "state/log.txt"), "utf8");
  expect(log).toMatch(/^before\nError: cannot find the moon: it is new\n +at /u);
});

test.each(["v20.20.2", "v18.20.4", "v22.18.0", "v23.11.0"])("Node %s is told at once what to do", async (version) => {
  const older = join(folder, "older.cjs");
  const numbers = JSON.stringify({ node: version.slice(1) });
  writeFileSync(older, `Object.defineProperty(process, "versions", { value: ${numbers} });\n`);
  const { code, stdout, stderr } = await run('console.log("ran")', "-r", older);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    `cannot run: this is Node ${version.slice(1)}, and the scripts need Node 22.19 or 24\n` +
      "run `npm ci`, which installs Node 24 beside the project, and start scripts by `npm run`\n",
  );
});

test("a clone whose packages are not installed is told so, whatever its Node is", async () => {
  const clone = join(folder, "clone/scripts");
  mkdirSync(clone, { recursive: true });
  writeFileSync(join(clone, "begin.cjs"), readFileSync(begin));
  const { code, stderr } = await capture(process.execPath, ["-r", join(clone, "begin.cjs"), "--eval", "0"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^cannot run: the packages of this project are not installed\nrun `npm ci` once/u);
});
