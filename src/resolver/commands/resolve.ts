import { BuildError } from "../../diagnostics/diagnostic.ts";
import { type ManifestEntry, manifestParts, parseManifest } from "../../inspect/manifest/manifest.ts";
import type { TreePath } from "../../inspect/policy/policy.ts";
import { type ClosureAnswer, refusedAnswer } from "../../plan/closure-exchange.ts";
import { answerRequest } from "../answer.ts";
import type { Command } from "../command.ts";
import { openRequest, type ReadLayers, type ResolverMounts } from "../mounts.ts";
import type { BaseImage } from "../overlay-image.ts";

/**
 * `resolve` reads `request/request.json` and `roots/N`, and writes `layers/`, `closure.json` and `answer.json`; over
 * the image of `closure/`, where that is there, one layer with what it has not.
 */
export const resolve: Command = {
  async run(step) {
    const opened = openRequest(step);
    const { request } = opened;
    const { epochSeconds } = request;
    const treeIds = request.trees.map(({ id }) => id);
    const writer = step.startLayers({ treeIds, epochSeconds });
    const answered = await answerRequest({
      ...opened,
      writeLayers: async (plans) => writer.write(plans),
      findFileCapabilities(locations) {
        const toFile = ({ id, path }: TreePath) => ({ tree: treeIds.indexOf(id), path });
        const found = step.findFileCapabilities(locations.map(toFile));
        return locations.filter((_, index) => found.has(index));
      },
      secretAt: (index) => step.read(`secrets/${String(index)}`),
      baseImage: findBaseImage(step),
      countTrees: () => treeIds.map((_, index) => step.countTree(index)),
    }).catch(refusal);
    await writer.close();
    const { answer, manifest } = answered;
    if (manifest !== undefined) step.write({ name: "closure.json", text: manifestParts(manifest), epochSeconds });
    step.write({ name: "answer.json", text: `${JSON.stringify(answer)}\n`, epochSeconds });
    step.setTimes(epochSeconds);
    return [];
  },
};

/** Findings that end the work at once are the answer, as all others are. */
function refusal(failure: unknown): { readonly answer: ClosureAnswer; readonly manifest?: undefined } {
  if (!(failure instanceof BuildError)) throw failure;
  return { answer: refusedAnswer(failure.diagnostics) };
}

/** The base image, where its closure is mounted. */
function findBaseImage(mounts: ResolverMounts): BaseImage | undefined {
  const closure = mounts.read("closure/closure.json");
  if (closure === undefined) return undefined;
  const { entries } = parseManifest(Buffer.from(closure).toString("utf8"));
  let layers: ReadLayers | undefined;
  return {
    entries,
    async read(entry: ManifestEntry) {
      layers ??= await mounts.openLayers();
      return layers.read(entry);
    },
  };
}
