import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "vitest";
import { type CorpusProgram, type Level, writeContext } from "../../support/corpus.ts";
import { casesOfRun } from "../../support/corpus-cases.ts";
import { failuresOf } from "../../support/corpus-run.ts";
import { build, docker } from "../../support/engine.ts";

/* Programs whose builders have steps: an engine takes the steps, makes the images and runs them. */
const cases = casesOfRun().filter(({ takesEngine }) => takesEngine);

describe.concurrent("programs with steps answer in their images", () => {
  test.for(cases)("$title", { timeout: 600_000 }, async ({ program, level }, { expect }) => {
    expect(await failuresAt(program, level)).toEqual([]);
  });
});

async function failuresAt(program: CorpusProgram, level: Level): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "pith-program-"));
  const tag = `pith-corpus/${program.group}-${program.name}:${program.image}-${level}`;
  try {
    const spec = writeContext(program, level, folder);
    const { code, output } = await build({ spec, tag, startCheck: true });
    if (code !== 0) return ["cannot be built", output];
    // Some look for caches and listings that they do without (START_MISS), which is said and no alarm of a death.
    if (/START_(?:FAILED|DIFFERS)/u.test(output)) return ["does not start", output];
    if (program.says !== undefined && !output.includes(program.says)) return [`does not say ${program.says}`, output];
    return await failuresOf(program, tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (process.env["PITH_KEEP"] === undefined) await docker(["image", "rm", "--force", tag]);
  }
}
