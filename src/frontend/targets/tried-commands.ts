import { quote } from "../../diagnostics/escape.ts";
import type { ImageSettings } from "../../formats/oci/image-config.ts";
import type { DeniedPath } from "../../inspect/explain/denied-paths.ts";
import type { MissingFile } from "../../inspect/explain/missing-files.ts";
import type { Spec } from "../../spec/spec.ts";
import { commandLine, endingProblem, includeLine, nameOf, type ProgramOutput } from "../verify/verify-findings.ts";

/** How long a server is let run; a program that waits for work is stopped sooner. */
const serverMilliseconds = 10_000;
/** How long any other program is. */
const programMilliseconds = 60_000;

/** A command to try, with the place of the spec that has it. */
export interface Trial {
  readonly args: readonly string[];
  readonly pointer: string;
  readonly milliseconds: number;
}

/** What came of a command in the image and in its builder. */
export interface TriedCommand {
  readonly command: readonly string[];
  readonly ofImage: ProgramOutput;
  readonly ofBuilder: ProgramOutput;
  readonly missing: readonly MissingFile[];
  readonly denied: readonly DeniedPath[];
}

/** The image's command, every program of `verify` and that of `closure.trace`. */
export function trialsOf(spec: Spec, settings: Pick<ImageSettings, "entrypoint" | "cmd">): readonly Trial[] {
  const command = [...settings.entrypoint, ...settings.cmd];
  return [
    ...(command.length === 0 ? [] : [{ args: command, pointer: "/cmd", milliseconds: serverMilliseconds }]),
    ...spec.verify.flatMap((check, index) =>
      check.kind === "run"
        ? [{ args: check.args, pointer: `/verify/${String(index)}`, milliseconds: programMilliseconds }]
        : [],
    ),
    ...(spec.trace === undefined
      ? []
      : [{ args: spec.trace.args, pointer: "/closure/trace", milliseconds: programMilliseconds }]),
  ];
}

/** The lines of a report about a command. */
export function describeTried({ command, ofImage, ofBuilder, missing, denied }: TriedCommand): readonly string[] {
  return [
    commandLine(command),
    `  in the image:   ${ending(ofImage)}`,
    `  in the builder: ${ending(ofBuilder)}`,
    ...missing.map(
      (one) => `  not found: ${nameOf(one)}${one.excludedBy === undefined ? "" : ", which closure.exclude takes away"}`,
    ),
    ...denied.map(({ path }) => `  denied: ${quote(path)}`),
  ];
}

/** What the spec does not take away itself, each path once. */
export function absentFiles(tried: readonly TriedCommand[]): readonly MissingFile[] {
  const byPath = new Map(tried.flatMap(({ missing }) => missing).map((one) => [one.path, one]));
  return [...byPath.values()].filter(({ excludedBy }) => excludedBy === undefined);
}

/** How to bring what is absent. `patchCommand`: applies the patch, where one could be made. */
export function adviceFor(absent: readonly MissingFile[], patchCommand: string | undefined): readonly string[] {
  if (absent.length === 0) return ["The image lacks nothing that these programs open in the builder."];
  if (patchCommand !== undefined) return [`Add what is missing with: ${patchCommand}`];
  return ["Add to closure.include:", ...absent.map((one) => `  ${includeLine(one)}`)];
}

function ending(output: ProgramOutput): string {
  if (output.status.startsWith("running")) return "it runs";
  return endingProblem(output, 0) ?? "it ended well";
}
