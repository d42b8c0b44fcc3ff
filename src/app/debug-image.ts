import type { RequestRoot } from "../closure/request.ts";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { adoptsImage, processBuilder } from "../plan/image-process.ts";
import type { BinarySpec, Spec } from "../spec/spec.ts";
import type { PlatformBuild } from "./build-context.ts";
import { planImage } from "./build-image.ts";
import type { PlannedImage } from "./planned-image.ts";

const toolPointer = "/targets/debug";

/**
 * Plans the target `debug`: the layers of the main image as they are, and over them one with what the target adds. Where the spec has no
 * such target, that is busybox out of the builder; PROGRAM_MISSING when there is none.
 */
export async function planDebugImage(build: PlatformBuild, main: PlatformBuild): Promise<PlannedImage> {
  const beneath = await planImage(main);
  const isBuiltIn = main.spec.targets["debug"] === undefined;
  if (!isBuiltIn) {
    const { spec, tools } = separateTools(build.spec, main.spec);
    return planImage({ ...build, spec }, { beneath, tools, ...usageOf(addedBinaries(build.spec, main.spec)) });
  }
  const path = "busybox";
  // What the main image may not hold was looked for when it was planned; the tools are not part of it.
  const { policy: _, ...spec } = main.spec;
  const view = processBuilder(spec);
  const tools: readonly RequestRoot[] = [{ kind: "binary", pointer: toolPointer, view, path }];
  try {
    return await planImage({ ...main, spec: { ...spec, verify: [] } }, { beneath, tools, ...usageOf([{ path }]) });
  } catch (failure) {
    throw failure instanceof BuildError ? withToolHint(failure) : failure;
  }
}

function addedBinaries(spec: Spec, main: Spec): readonly BinarySpec[] {
  const known = new Set(main.binaries.map((binary) => JSON.stringify(binary)));
  return spec.binaries.filter((binary) => !known.has(JSON.stringify(binary)));
}

/** Of an image that is adopted, programs of the target are beside it: named among its own they would take its place. */
function separateTools(spec: Spec, main: Spec): { readonly spec: Spec; readonly tools: readonly RequestRoot[] } {
  if (!adoptsImage(main)) return { spec, tools: [] };
  const tools = spec.binaries.map(
    ({ path, from }, index): RequestRoot => ({
      kind: "binary",
      pointer: `/binaries/${String(index)}`,
      view: from,
      path,
    }),
  );
  return { spec: { ...spec, binaries: [] }, tools };
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

function withToolHint(failure: BuildError): BuildError {
  const diagnostics = failure.diagnostics.map((found) => {
    if (found.code !== "PROGRAM_MISSING" || found.pointer !== toolPointer) return found;
    return {
      ...found,
      message: "cannot make the target debug: the builder has no busybox, and the spec names no other tools",
      hint: "add busybox to `packages`, or name tools: `targets: {debug: {add: {binaries: [...]}}}`",
    };
  });
  return new BuildError(diagnostics, { cause: failure });
}
