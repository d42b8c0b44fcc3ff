import { detectFor } from "../detect/detect.ts";
import { BuildError, type Diagnostic, isClean } from "../diagnostics/diagnostic.ts";
import type { Platform } from "../formats/oci/platform.ts";
import type { BuildOptions } from "../plan/options.ts";
import { formatPlatform } from "../plan/platforms.ts";
import { type ParsedSpec, parseSpec } from "../spec/parse.ts";
import type { SourceFile } from "../spec/source.ts";
import type { SpanIndex } from "../spec/spans.ts";
import type { Spec } from "../spec/spec.ts";
import { showWarnings } from "./build-context.ts";
import { type Contexts, specFileNames } from "./contexts/contexts.ts";
import type { Engine } from "./engine.ts";

/** The files of the spec once they are read, so that a failure can show its lines even when the build ends early. */
export interface SpecFiles {
  files: readonly SourceFile[];
}

/** A spec without errors, and where its parts stand. */
export interface ReadSpec extends SpanIndex {
  readonly spec: Spec;
  /** The whole spec as one text. */
  readonly print: () => string | undefined;
}

/**
 * Reads the spec of a build. Throws every error in it, those of `found` too, as `BuildError`, and shows the warnings.
 */
export async function readSpec(
  engine: Engine,
  options: BuildOptions,
  contexts: Contexts,
  seen: SpecFiles,
  found: readonly Diagnostic[],
): Promise<ReadSpec> {
  const parsed = await parseSpecFile(options, contexts, seen);
  const diagnostics = [...found, ...parsed.checked.diagnostics];
  if (parsed.checked.value === undefined || !isClean(diagnostics)) throw new BuildError(diagnostics);
  await showWarnings({ engine, sourceFiles: parsed.files }, diagnostics);
  return { spec: parsed.checked.value, print: () => parsed.print(), ...parsed.spans };
}

/** Reads and checks the spec, and answers what is wrong with it as a value. Throws SPEC_MISSING. */
export async function parseSpecFile(options: BuildOptions, contexts: Contexts, seen: SpecFiles): Promise<ParsedSpec> {
  const bytes = (await contexts.readSpecFiles(specFileNames(options.specName))).get(options.specName);
  if (bytes === undefined) {
    throw new BuildError([
      {
        severity: "error",
        code: "SPEC_MISSING",
        message: `cannot read ${options.specName}: there is no such file`,
        hint: "give the path of the spec with -f",
      },
    ]);
  }
  seen.files = [{ name: options.specName, bytes }];
  const parsed = await parseSpec({
    file: options.specName,
    bytes,
    buildArgs: options.buildArgs,
    predefinedArgs: predefinedArgs(options),
    readInclude: async (path) => (await contexts.readSpecFiles([path])).get(path),
    detect: detectFor(async () => contexts.projectFiles(), bytes),
  });
  seen.files = parsed.files;
  return parsed;
}

/** Arguments that every build has: its platforms. */
export function predefinedArgs(
  options: Pick<BuildOptions, "platforms" | "buildPlatform">,
): Readonly<Record<string, string>> {
  // Several platforms share one reading of the spec, so the target's arguments are those of the first.
  const target = options.platforms[0] ?? options.buildPlatform;
  return { ...platformArgs("TARGET", target), ...platformArgs("BUILD", options.buildPlatform) };
}

function platformArgs(prefix: string, platform: Platform): Readonly<Record<string, string>> {
  return {
    [`${prefix}PLATFORM`]: formatPlatform(platform),
    [`${prefix}OS`]: platform.os,
    [`${prefix}ARCH`]: platform.architecture,
    [`${prefix}VARIANT`]: platform.variant ?? "",
  };
}
