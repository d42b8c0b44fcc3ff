import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { BinarySpec } from "../../spec/spec.ts";
import type { PlatformBuild } from "../build-context.ts";
import { planImage } from "../plan-image.ts";
import type { PlannedImage } from "../planned-image.ts";
import { findDebugTools, withToolHint } from "./debug-tools.ts";

/**
 * Plans the target `debug`: the layers of the main image as they are, and over them one with what the target adds.
 * Where the spec has no such target, that is busybox out of the builder; PROGRAM_MISSING when there is none.
 */
export async function planDebugImage(build: PlatformBuild, main: PlatformBuild): Promise<PlannedImage> {
  const baseImage = await planImage(main);
  const { isBuiltIn, spec, tools, added } = findDebugTools(build.spec, main.spec);
  const over = { baseImage, tools, ...usageOf(added) };
  if (!isBuiltIn) return planImage({ ...build, spec }, over);
  try {
    return await planImage({ ...main, spec }, over);
  } catch (failure) {
    throw failure instanceof BuildError ? withToolHint(failure) : failure;
  }
}

/** Names of the two steps that a person sees: commands that bring the tools to a running container. */
function usageOf(tools: readonly Pick<BinarySpec, "path" | "as">[]): {
  readonly resolveName?: string;
  readonly layerNote?: string;
} {
  const [first] = tools;
  if (first === undefined) return {};
  const program = (first.as ?? first.path).replace(/^.*\//u, "");
  const rest = program === "busybox" ? ["sh"] : [];
  const command = [program, ...rest].join(" ");
  const run = [
    "docker run -it --rm --pid container:NAME --network container:NAME --entrypoint",
    program,
    "IMAGE",
    ...rest,
  ];
  return {
    resolveName: `find tools; kubectl debug -it POD --image IMAGE --target CONTAINER -- ${command}`,
    layerNote: `: ${run.join(" ")}`,
  };
}
