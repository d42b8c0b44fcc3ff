import { fromDefinition } from "../../formats/llb/definition.ts";
import { sourceImage } from "../../formats/llb/ops/source.ts";
import type { State } from "../../formats/llb/state.ts";
import { type PlatformBuild, progressName } from "../build-context.ts";

/** The frontend's own image, with the resolver and the tools. */
export async function ownImage(build: PlatformBuild): Promise<State> {
  const own = await build.engine.ownImage();
  if (own !== undefined) return fromDefinition(own);
  return sourceImage(build.engine.options.get("source") ?? "", {
    name: progressName(build, "internal", "load frontend image"),
    platform: build.options.buildPlatform,
    resolveMode: "default",
  });
}
