import { z } from "zod";
import type { ClosureRequest } from "../closure/model/request.ts";
import type { Checked, Diagnostic } from "../diagnostics/diagnostic.ts";
import { groupDigits } from "../diagnostics/numbers.ts";
import type { Recording } from "../rootfs/recording.ts";
import { type AbsPath, compareBytes, toAbsPath } from "../rootfs/rootfs.ts";

/** Bytes that a recording may have, as a file and as the tracer leaves it. */
export const maximumRecordingBytes: number = 16 * 1024 * 1024;

const pathLimit = 4096;

const file = z.strictObject({
  version: z.literal(1),
  command: z.array(z.string()).min(1),
  recordedAt: z.iso.datetime().optional(),
  paths: z.array(
    z
      .string()
      .max(pathLimit)
      .refine((path) => path.startsWith("/") && !path.includes("\0"), "not an absolute path"),
  ),
});

/**
 * Reads a file that `closure.observed` names, as `--target record` writes it. `name` is what messages call it.
 * Diagnostic: RECORDING_INVALID.
 */
export function parseRecording(
  bytes: Uint8Array | undefined,
  { name, pointer }: { readonly name: string; readonly pointer: string },
): Checked<Recording> {
  const refuse = (reason: string): Checked<Recording> => ({
    value: undefined,
    diagnostics: [invalid(name, pointer, reason)],
  });
  if (bytes === undefined) return refuse("there is no such file beside the spec");
  if (bytes.length > maximumRecordingBytes) return refuse("it has more than 16 MiB");
  const read = file.safeParse(parsedJson(bytes));
  if (!read.success) {
    const [issue] = read.error.issues;
    const at = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
    return refuse(`${at}${issue?.message.toLowerCase() ?? "unknown content"}`);
  }
  const { command, recordedAt, paths } = read.data;
  if (paths.length === 0) return refuse("it has no path");
  const recorded = recordedAt === undefined ? {} : { recordedAt };
  return { value: { pointer, command, ...recorded, paths: sortedPaths(paths) }, diagnostics: [] };
}

/** Writes a recording as a file, a path a line. */
export function printRecording({ command, recordedAt, paths }: Omit<Recording, "pointer">): string {
  const head = JSON.stringify({ version: 1, command, ...(recordedAt === undefined ? {} : { recordedAt }) });
  return `${head.slice(0, -1)},"paths":[\n${paths.map((path) => JSON.stringify(path)).join(",\n")}\n]}\n`;
}

/** The label, and annotation, of an image that recordings cut: what was recorded, when, and how much it opened. */
export function observedLabel({ observed }: Pick<ClosureRequest, "observed">): Readonly<Record<string, string>> {
  if (observed === undefined) return {};
  const recordings = observed.map(({ command, recordedAt, paths }) => ({ command, recordedAt, paths: paths.length }));
  return { "pith.observed": JSON.stringify(recordings) };
}

/** What the level below would have kept, so that whoever reads the size sees what it rests on. */
export function describeUnobserved({ files, bytes }: { readonly files: number; readonly bytes: number }): string {
  return `cut by recorded runs (safe has ${groupDigits(files)} files and ${(bytes / 1e6).toFixed(1)} MB more)`;
}

/** Absolute paths in the order of their bytes, each once, without `.` and double slashes. */
export function sortedPaths(paths: readonly string[]): readonly AbsPath[] {
  return [...new Set(paths.map((path) => toAbsPath(path)))].sort(compareBytes);
}

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function invalid(name: string, pointer: string, reason: string): Diagnostic {
  return {
    severity: "error",
    code: "RECORDING_INVALID",
    message: `cannot read the recording ${name}: ${reason}`,
    hint: "write it again with docker build --target record -o .",
    pointer,
  };
}
