import path from "node:path";
import { readFileHead } from "../adapters/directory/regular-file.ts";
import { BuildError, type Checked, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { maximumRecordingBytes, parseRecording } from "../plan/recording.ts";
import type { Recording } from "../rootfs/recording.ts";
import type { Spec } from "../spec/spec.ts";
import type { Call } from "./command.ts";

/**
 * The recordings that `closure.observed` names, from beside the spec. Throws RECORDING_INVALID, and OBSERVED_RUN_FAILED
 * for programs, which only an engine runs.
 */
export function readRecordings(
  { hostFolder }: Call,
  file: string,
  { observed }: Spec,
): readonly Recording[] | undefined {
  if (observed === undefined) return undefined;
  const folder = path.resolve(hostFolder, path.dirname(file));
  const read = observed.map((source, index): Checked<Recording> => {
    const pointer = `/closure/observed/${String(index)}`;
    if (source.kind === "run") return { value: undefined, diagnostics: [needsEngine(source.args, pointer)] };
    const bytes = readFileHead(path.join(folder, source.path), maximumRecordingBytes + 1);
    return parseRecording(bytes, { name: source.path, pointer });
  });
  const found = read.flatMap(({ diagnostics }) => diagnostics);
  if (found.length > 0) throw new BuildError(found);
  return read.flatMap(({ value }) => value ?? []);
}

function needsEngine(args: readonly string[], pointer: string): Diagnostic {
  return {
    severity: "error",
    code: "OBSERVED_RUN_FAILED",
    message: `cannot record ${args.join(" ")}: programs run in an engine alone`,
    hint: "write the recording with docker build --target record -o ., and name the file in its place",
    pointer,
  };
}
