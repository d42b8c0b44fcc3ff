import type { RequestRoot } from "../../closure/model/request.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { adoptsImage, processBuilder } from "../../plan/image-process.ts";
import type { BinarySpec, Spec } from "../../spec/spec.ts";

const toolPointer = "/targets/debug";

/** The tools that the target `debug` adds to the main image. */
export interface DebugTools {
  /** True where the spec has no such target of its own: the builder's busybox is the tool. */
  readonly isBuiltIn: boolean;
  /** The spec that the image is resolved for again. */
  readonly spec: Spec;
  /** Programs beside those that it names. */
  readonly tools: readonly RequestRoot[];
  /** The programs that a person is told of. */
  readonly added: readonly Pick<BinarySpec, "path" | "as">[];
}

/** Finds the tools that the image of `main` gets; `spec` is that of the target, where there is one. */
export function findDebugTools(spec: Spec, main: Spec): DebugTools {
  if (main.targets["debug"] !== undefined) {
    return { isBuiltIn: false, ...separateTools(spec, main), added: addedBinaries(spec, main) };
  }
  const path = "busybox";
  // Forbidden contents of the main image were looked for when it was planned; the tools are not part of it.
  const { policy: _, ...others } = main;
  const tools: readonly RequestRoot[] = [{ kind: "binary", pointer: toolPointer, view: processBuilder(others), path }];
  return { isBuiltIn: true, spec: { ...others, verify: [] }, tools, added: [{ path }] };
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

/** Says what to do where the builder has no busybox. */
export function withToolHint(failure: BuildError): BuildError {
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
