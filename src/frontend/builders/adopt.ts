import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { fromDefinition } from "../../formats/llb/definition.ts";
import type { State } from "../../formats/llb/state.ts";
import { emptySettings, type ImageSettings, parseImageConfig } from "../../formats/oci/image-config.ts";
import { type Platform } from "../../formats/oci/platform.ts";
import { formatPlatform } from "../../plan/platforms.ts";
import type { PlacedFile } from "../../rootfs/placed-file.ts";
import type { FromSpec } from "../../spec/spec.ts";
import { fail, type PlatformBuild } from "../build-context.ts";
import { EngineError } from "../engine.ts";
import { readPlacedFiles } from "./placed-copies.ts";

type DockerfileFrom = Extract<FromSpec, { kind: "dockerfile" }>;

// Options of this build that mean something else, or nothing, to the Dockerfile frontend.
const ownOptions =
  /^(?:source|cmdline|filename|target|platform|requestid|multi-platform|attest:.*|label:.*|frontend\.caps|build-arg:BUILDKIT_(?:SYNTAX|MULTI_PLATFORM))$/u;

/**
 * Solves a stage of a Dockerfile with BuildKit's own Dockerfile frontend, with this build's contexts, secrets and
 * arguments. The result is the stage's tree, its image configuration, and what its author copied there.
 */
export async function solveDockerfile(
  build: PlatformBuild,
  from: DockerfileFrom,
  { platform, builder, pointer }: { readonly platform: Platform; readonly builder: string; readonly pointer: string },
): Promise<{ readonly state: State; readonly settings: ImageSettings; readonly placed: readonly PlacedFile[] }> {
  const options = new Map([...build.engine.options].filter(([key]) => !ownOptions.test(key)));
  options.set("filename", from.path);
  options.set("platform", formatPlatform(platform));
  if (from.target !== undefined) options.set("target", from.target);
  for (const [name, value] of Object.entries(from.args)) options.set(`build-arg:${name}`, value);
  // A builder that is to be made anew is the whole of what its Dockerfile makes.
  if (build.options.noCache !== true && build.options.noCache.has(builder)) options.set("no-cache", "");
  const beside = (await build.contexts.readSpecFiles([from.path])).get(from.path);
  // A spec from standard input has the name of a Dockerfile, and is none.
  const isSpec = from.path === build.options.specName;
  if (beside === undefined || isSpec) {
    const inContext = (await build.contexts.readContextFiles([from.path])).get(from.path);
    if (inContext === undefined || (isSpec && beside !== undefined && Buffer.from(inContext).equals(beside))) {
      throw fail(build, pointer, {
        severity: "error",
        code: "DOCKERFILE_MISSING",
        message: `cannot adopt ${from.path}: there is no such file beside the spec or in the build context`,
        hint: "give the path of the Dockerfile relative to the spec",
      });
    }
    options.set("dockerfilekey", build.engine.options.get("contextkey") ?? "context");
  }
  const inputs = await build.engine.inputs();
  const result = await build.engine
    .solveFrontend("dockerfile.v0", options, inputs, build.options.cacheImports)
    .catch((failure: unknown) => {
      // A finding with a line of the Dockerfile is shown there.
      if (!(failure instanceof EngineError) || failure.location !== undefined) throw failure;
      const found: Diagnostic = {
        severity: "error",
        code: "DOCKERFILE_INVALID",
        message: `cannot adopt ${from.path}: ${failure.message}`,
        hint: "correct the Dockerfile, or what the spec says of it",
      };
      throw fail(build, from.target === undefined ? pointer : `${pointer}/target`, found, failure);
    });
  const ref = result.ref ?? result.refs.get(formatPlatform(platform)) ?? [...result.refs.values()][0];
  const config =
    result.metadata.get(`containerimage.config/${formatPlatform(platform)}`) ??
    result.metadata.get("containerimage.config");
  const settings = config === undefined ? emptySettings : (parseImageConfig(config) ?? emptySettings);
  if (ref?.definition === undefined) return { state: undefined, settings, placed: [] };
  const placed = await readPlacedFiles(build, ref.definition);
  return { state: fromDefinition(ref.definition), settings, placed };
}
