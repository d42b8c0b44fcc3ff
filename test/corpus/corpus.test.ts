import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { capture } from "../../scripts/lib/command.ts";
import { ensureCorpusImageRoots } from "../../scripts/lib/corpus-images.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { type CorpusProgram, corpusPrograms, imagesOf, type Level, writeContext } from "../support/corpus.ts";
import { failuresInBox } from "../support/corpus-box.ts";
import { casesOfRun } from "../support/corpus-cases.ts";
import { CorpusSizes } from "../support/corpus-sizes.ts";
import { unpackImage } from "../support/unpacked-image.ts";

/*
 * Programs whose builder is a root as it is: the command line makes their images from it, and they run in a namespace.
 * That an engine makes the same image, byte for byte, is shown by test/engine/examples.test.ts. Programs whose builders
 * have steps are those of `steps/`.
 */
const cases = casesOfRun().filter(({ takesEngine }) => !takesEngine);

const sizes = new CorpusSizes();
afterAll(() => {
  sizes.write();
});

let roots: ReadonlyMap<string, string> = new Map();
beforeAll(async () => {
  roots = await ensureCorpusImageRoots(imagesOf(cases.map(({ program }) => program)));
});

test("the corpus has sixty programs and more, each with a name of its own and an answer", () => {
  const programs = corpusPrograms();
  expect(programs.length).toBeGreaterThanOrEqual(60);
  expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length);
  const silent = programs.filter(({ runs, server, says }) => runs.length === 0 && server === undefined && !says);
  expect(silent.map(({ name }) => name)).toEqual([]);
});

// PITH_CORPUS may choose none of them.
describe.runIf(cases.length > 0)("programs answer in their images", () => {
  test.concurrent.for(cases)(
    "$title",
    { timeout: 600_000 },
    async ({ title, program, level }, { expect: expectHere }) => {
      expectHere(await failuresAt(title, program, level)).toEqual([]);
    },
  );
});

async function failuresAt(title: string, program: CorpusProgram, level: Level): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "pith-program-"));
  try {
    const context = join(folder, "context");
    mkdirSync(context);
    const spec = writeContext(program, level, context);
    const layout = join(folder, "layout");
    const builder = `main=dir:${roots.get(program.image) ?? ""}`;
    const args = ["build", "-f", spec, "--source", builder, "--compression", "none", "-o", `oci:${layout}`];
    const { code, stderr } = await capture(process.execPath, [join(projectFolder, "dist/cli.js"), ...args]);
    if (code !== 0) return ["cannot be built", stderr];
    if (program.says !== undefined && !stderr.includes(program.says)) return [`does not say ${program.says}`, stderr];
    const image = await unpackImage(layout, join(folder, "root"));
    rmSync(layout, { recursive: true });
    const grown = sizes.failuresOf(title, image.layerBytes);
    return [...grown, ...(await failuresInBox(program, image, join(folder, "box")))];
  } finally {
    if (existsSync(folder) && process.env["PITH_KEEP"] === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
