import { groupDigits } from "../diagnostics/numbers.ts";
import { editFiles } from "../formats/llb/ops/file.ts";
import type { FileAction, State } from "../formats/llb/state.ts";
import { imageConfig } from "../image/settle-image.ts";
import { describeUnobserved } from "../plan/recording.ts";
import { describeUnknowns } from "../plan/unknown-summary.ts";
import { type PlatformBuild, progressName } from "./build-context.ts";
import type { Ref } from "./engine.ts";
import type { PlannedImage } from "./planned-image.ts";
import { solveState } from "./solve.ts";
import { checkStart } from "./verify/start-check.ts";
import { traceClosure } from "./verify/trace.ts";
import { verifyImage } from "./verify/verify.ts";

/** Lays the closure's layers on an empty image, and runs the spec's checks in it. */
export async function solveImage(
  build: PlatformBuild,
  image: PlannedImage,
): Promise<{ readonly ref: Ref | undefined; readonly config: Uint8Array }> {
  const root = rootOf(build, image);
  const { state } = root;
  await Promise.all([
    verifyImage(build, image, root),
    traceClosure(build, image, state),
    checkStart(build, image, state),
  ]);
  const layers = layersOf(image).map(({ layer }) => layer);
  const config = imageConfig(image, { platform: build.platform, layers });
  return { ref: state === undefined ? undefined : await solveState(build, state), config };
}

/** The finished root, and that of the base image below it. */
export function rootOf(build: PlatformBuild, image: PlannedImage): { readonly state: State; readonly below: State } {
  const layers = layersOf(image);
  const count = image.baseImage === undefined ? undefined : layersOf(image.baseImage).length;
  let state: State;
  let below: State;
  for (const [index, located] of layers.entries()) {
    const { layer, from } = located;
    if (index === count) below = state;
    state = editFiles(state, actionsOf(located), {
      name: progressName(
        build,
        "pith",
        `${layer === layers[0]?.layer ? `closure of ${figures(image)}: ` : ""}layer ${layer}${from === image.closure.output ? (image.layerNote ?? "") : ""}`,
      ),
      spans: [build.spanOf("")],
    });
  }
  return { state, below };
}

interface LayerLocation {
  readonly layer: string;
  readonly from: State;
  /** False where nothing of it was written. */
  readonly isWritten: boolean;
  readonly added: readonly FileAction[];
}

/** All layers, lowest first, each with the tree that holds it. */
function layersOf({ closure, baseImage }: PlannedImage): readonly LayerLocation[] {
  const { answer, added, output } = closure;
  const own = answer.layers.map((layer): LayerLocation => {
    const isWritten = answer.unwritten?.find(({ name }) => name === layer)?.hasRest ?? true;
    return { layer, from: output, isWritten, added: added?.get(layer) ?? [] };
  });
  return [...(baseImage === undefined ? [] : layersOf(baseImage)), ...own];
}

/** The actions that make a layer: the resolver's archive, and over it the files that the resolver did not have. */
function actionsOf({ layer, from, isWritten, added }: LayerLocation): readonly FileAction[] {
  if (!isWritten) return added;
  return [{ kind: "copy", from, src: `/layers/${layer}.tar`, dest: "/", unpack: true }, ...added];
}

/** The closure in one line: `1,213 files, 41.2 MB, 38 of 142 packages`. */
function figures(image: PlannedImage): string {
  const {
    files,
    bytes,
    packages,
    builderPackages,
    reportedLibraries = 0,
    unknowns,
    unobserved,
  } = image.closure.answer.figures;
  const megabytes = (bytes / 1e6).toFixed(1);
  const below = unobserved === undefined ? "" : `, ${describeUnobserved(unobserved)}`;
  const known = `${groupDigits(files)} files, ${megabytes} MB${below}, ${String(packages)} of ${String(builderPackages)} packages`;
  const count = unknowns === undefined ? known : `${known}, ${describeUnknowns(unknowns)}`;
  // Who misses a feature at run time finds here that something may have been left out.
  if (reportedLibraries === 0) return count;
  return `${count}, ${reportedLibraries === 1 ? "1 library" : `${String(reportedLibraries)} libraries`} only named in strings left out`;
}
