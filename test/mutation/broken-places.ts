import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { z } from "zod";
import { chooseTests } from "../../scripts/lib/choice.ts";
import { capture, output } from "../../scripts/lib/command.ts";
import { filesLike } from "../../scripts/lib/imports.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { type BrokenPlace, brokenPlaces } from "./places.ts";

const usage = `usage: npm run broken-places -- [--engine] [FOLDER...]
Breaks one rule in each folder of src, alone and in a copy of the project, and runs the tests that npm test chooses for that change,
those of the folder first, up to the first that fails. Prints a table. Ends with 1 where a break is not noticed.

  --engine  Where no unit test fails, the engine tests run as well, on an engine of their own.`;

const { values, positionals } = parseArgs({
  options: { engine: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
  allowPositionals: true,
});

const tallySchema = z.looseObject({ failures: z.array(z.looseObject({ name: z.string() })) });

/** How many files of tests may fail now and then. */
const mostShaky = 5;

interface Noticed {
  /** The first test that fails; undefined: none does. */
  readonly by: string | undefined;
  readonly seconds: number;
}

/** A copy of the project's files, as they are now, with its packages and programs. */
async function copyProject(folder: string): Promise<void> {
  const listed = await output("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: projectFolder,
  });
  for (const path of listed.split("\0").filter((name) => name !== "" && existsSync(join(projectFolder, name)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(projectFolder, path), join(folder, path), { verbatimSymlinks: true });
  }
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  cpSync(join(projectFolder, "dist"), join(folder, "dist"), { recursive: true });
}

/** Runs vitest in the copy up to the first failure; answers its name. */
async function firstFailure(folder: string, project: string, files: readonly string[]): Promise<string | undefined> {
  const tally = join(folder, "tally.json");
  rmSync(tally, { force: true });
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--project", project, "--bail", "1", "--retry", "0", ...files];
  const { code, stderr } = await capture(process.execPath, args, { cwd: folder, env: { PITH_TALLY_FILE: tally } });
  if (!existsSync(tally)) throw new Error(`cannot run the tests: ${stderr.slice(-2000)}`);
  const { failures } = tallySchema.parse(JSON.parse(readFileSync(tally, "utf8")));
  return failures[0]?.name ?? (code === 0 ? undefined : `ended with code ${String(code)}`);
}

/** The first failure of the unit tests: of the folder's own, then of the others that the change runs. */
async function noticedByUnits(folder: string, { file }: BrokenPlace): Promise<string | undefined> {
  const parts = file.split("/").slice(0, -1);
  const chosen = chooseTests([`src/${file}`]).unitFiles;
  // A folder of tests for each folder of the sources, as deep as there is one.
  for (let depth = parts.length; depth > 0; depth--) {
    const own = `test/unit/${parts.slice(0, depth).join("/")}/`;
    if (filesLike(`${own}**/*.test.ts`).length === 0) continue;
    const found = await firstFailure(folder, "unit", [own]);
    if (found !== undefined) return found;
  }
  const shaky: string[] = [];
  while (shaky.length < mostShaky) {
    const others = shaky.flatMap((name) => ["--exclude", name]);
    const found = await firstFailure(folder, "unit", [...(chosen ?? []), ...others]);
    const test = found === undefined ? undefined : /test\/\S+\.test\.ts/u.exec(found)?.[0];
    // A busy machine fails tests as well: it has to fail once more.
    if (test === undefined || (await firstFailure(folder, "unit", [test])) !== undefined) return found;
    shaky.push(test);
  }
  throw new Error(`cannot tell who notices: ${shaky.join(", ")} fail only now and then`);
}

/** The first failure of the engine tests that the change runs, with programs and images of the broken sources. */
async function noticedByEngine(folder: string, { file }: BrokenPlace): Promise<string | undefined> {
  const { engineFiles } = chooseTests([`src/${file}`]);
  if (engineFiles?.length === 0) return undefined;
  const built = await capture(process.execPath, ["scripts/build.ts"], { cwd: folder });
  if (built.code !== 0) return "the build";
  const args = ["scripts/test.ts", "--project", "engine", "--store", "containerd"];
  const env = { PITH_ENGINE_DIR: join(folder, "../engine") };
  const { code, stdout } = await capture(process.execPath, args, { cwd: folder, env });
  return code === 0 ? undefined : (/^failed: (.*)$/mu.exec(stdout)?.[1] ?? `ended with code ${String(code)}`);
}

/** True where a test that fails does so without the break as well, as on a busy machine. */
async function failsAnyway(folder: string, name: string): Promise<boolean> {
  const file = /test\/unit\/\S+\.test\.ts/u.exec(name)?.[0];
  return file !== undefined && (await firstFailure(folder, "unit", [file])) !== undefined;
}

async function breakPlace(folder: string, place: BrokenPlace): Promise<Noticed> {
  const path = join(folder, "src", place.file);
  const text = readFileSync(path, "utf8");
  if (text.split(place.from).length !== 2) throw new Error(`cannot break ${place.file}: its text is there not once`);
  const started = performance.now();
  writeFileSync(
    path,
    text.replace(place.from, () => place.to),
  );
  try {
    let by = await noticedByUnits(folder, place);
    if (by === undefined && values.engine) by = await noticedByEngine(folder, place);
    const seconds = (performance.now() - started) / 1000;
    writeFileSync(path, text);
    if (by !== undefined && (await failsAnyway(folder, by))) throw new Error(`${by} fails without the break, too`);
    return { by, seconds };
  } finally {
    writeFileSync(path, text);
  }
}

async function main(): Promise<number> {
  const wanted = brokenPlaces.filter(
    ({ file }) => positionals.length === 0 || positionals.some((name) => file.startsWith(`${name}/`)),
  );
  if (values.help || wanted.length === 0) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const scratch = mkdtempSync(join(tmpdir(), "pith-broken-"));
  let unnoticed = 0;
  try {
    const folder = join(scratch, "copy");
    await copyProject(folder);
    console.log("| broken in | how | seconds | first test that fails |\n| --- | --- | --- | --- |");
    for (const place of wanted) {
      const { by, seconds } = await breakPlace(folder, place);
      if (by === undefined) unnoticed += 1;
      console.log(`| \`src/${place.file}\` | ${place.what} | ${seconds.toFixed(0)} | ${by ?? "**none**"} |`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.log(`${wanted.length - unnoticed} of ${wanted.length} are noticed`);
  return unnoticed === 0 ? 0 : 1;
}

process.exitCode = await main();
