import { BuildError } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../formats/llb/graph.ts";
import { capabilitiesOf, marshal } from "../formats/llb/marshal.ts";
import type { State } from "../formats/llb/state.ts";
import type { CacheImport } from "../plan/options.ts";
import type { Engine, Ref } from "./engine.ts";

/** The parts of a build that solving reads. */
export interface Solving {
  readonly engine: Engine;
  readonly options: { readonly cacheImports: readonly CacheImport[] };
  readonly sourceFiles: readonly SourceFile[];
}

/**
 * Solves a file system; undefined for the empty one. Engines ignore fields that they do not know, so everything that
 * the graph uses is asked for first: ENGINE_CAPABILITY names what is missing.
 */
export async function solveState({ engine, options, sourceFiles }: Solving, state: State): Promise<Ref | undefined> {
  const missing = capabilitiesOf(state).filter((capability) => !engine.has(capability));
  if (missing.length > 0) {
    throw new BuildError([
      {
        severity: "error",
        code: "ENGINE_CAPABILITY",
        message: `cannot build with this engine: it lacks ${missing.join(", ")}`,
        hint: "update Docker or BuildKit to a version that has it",
        pointer: "",
      },
    ]);
  }
  const definition = marshal(state, { sourceFiles, language: "YAML" });
  return (await engine.solve(definition, { cacheImports: options.cacheImports })).ref;
}
