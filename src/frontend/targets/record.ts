import { BuildError } from "../../diagnostics/diagnostic.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import type { State } from "../../formats/llb/state.ts";
import { printRecording } from "../../plan/recording.ts";
import { type PlatformBuild, progressName } from "../build-context.ts";
import type { PlannedImage } from "../planned-image.ts";
import { recordRuns } from "../resolve/observed.ts";

/**
 * What the image's command and the programs of `closure.observed` open, as files to keep beside the spec:
 * `recording-0.json` and so on. Throws OBSERVED_RUN_FAILED.
 */
export async function recordingFiles(build: PlatformBuild, image: PlannedImage): Promise<State> {
  const runs = await recordRuns(build, image);
  if (runs.length === 0) throw nothingToRecord(build);
  return editFiles(
    undefined,
    runs.map(({ recording, epochSeconds }, index) => ({
      kind: "make-file",
      path: `/recording-${String(index)}.json`,
      mode: 0o644,
      content: new TextEncoder().encode(printRecording({ ...recording, recordedAt: timeOf(epochSeconds) })),
      timestampSeconds: image.epochSeconds,
    })),
    { name: progressName(build, "internal", "write recordings") },
  );
}

/** As RFC 3339 in UTC. */
function timeOf(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z");
}

function nothingToRecord(build: PlatformBuild): BuildError {
  return new BuildError([
    {
      severity: "error",
      code: "OBSERVED_RUN_FAILED",
      message: "cannot record anything: closure.observed names no program",
      hint: "add closure: {observed: [{run: [python3, -m, pytest]}]}, with the program that runs your tests",
      pointer: "/closure",
      span: build.spanOf("/closure"),
    },
  ]);
}
