import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openContext } from "../../src/adapters/images/open-context.ts";
import { assemble } from "../../src/assembler/assemble.ts";
import type { AssemblyRoot } from "../../src/assembler/assembly-trees.ts";
import { BuildError, type Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { manifestParts } from "../../src/inspect/manifest/manifest.ts";
import { allPlugins } from "../../src/resolver/plugins.ts";
import { parseSpec } from "../../src/spec/parse.ts";
import type { Spec, StepSpec } from "../../src/spec/spec.ts";
import { type CorpusProgram, type Level, writeContext } from "./corpus.ts";

/** The spec of a program and its build context, on disk while `use` runs. */
export interface OpenedProgram {
  readonly spec: Spec;
  readonly contextFolder: string;
  /** The steps that make its builder from the image of the corpus. */
  readonly steps: readonly StepSpec[];
}

export async function withProgram<T>(
  program: CorpusProgram,
  level: Level,
  use: (opened: OpenedProgram) => Promise<T>,
): Promise<T> {
  const contextFolder = mkdtempSync(join(tmpdir(), "pith-program-"));
  try {
    const bytes = readFileSync(writeContext(program, level, contextFolder));
    const parsed = await parseSpec({
      file: "pith.yaml",
      bytes,
      buildArgs: {},
      predefinedArgs: {},
      readInclude: async () => Promise.resolve(undefined),
    });
    const spec = parsed.checked.value;
    if (spec === undefined) throw new Error(`cannot read the spec of ${program.name}`);
    return await use({ spec, contextFolder, steps: Object.values(spec.builders).flatMap(({ build }) => build) });
  } finally {
    rmSync(contextFolder, { recursive: true, force: true });
  }
}

/**
 * All that a program's closure says, a line an entry: what ships, from where and why, its packages, figures and
 * findings.
 */
export async function closureLines(
  { spec, contextFolder }: OpenedProgram,
  builder: AssemblyRoot,
): Promise<readonly string[]> {
  try {
    const { manifest, warnings } = await assemble({
      spec,
      specName: "pith.yaml",
      platform: { os: "linux", architecture: "amd64" },
      epochSeconds: 0,
      labels: {},
      builders: new Map(Object.keys(spec.builders).map((name) => [name, builder])),
      dependencies: undefined,
      context: openContext(contextFolder, join(contextFolder, "pith.yaml")),
      plugins: allPlugins(),
      yieldToEventLoop: () => undefined,
      // The manifest tells what is in the layers.
      writeLayer: async (name) => Promise.resolve({ name, diffId: "" }),
    });
    return [...[...manifestParts(manifest)].join("").split("\n"), ...findingLines(warnings)];
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    return findingLines(failure.diagnostics);
  }
}

function findingLines(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((found) => JSON.stringify(found));
}
