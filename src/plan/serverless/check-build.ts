import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import type { Spec } from "../../spec/spec.ts";
import { platformOf } from "./platforms.ts";

/** How an image is asked for. */
export interface AskedImage {
  readonly platforms: readonly Platform[];
  /** True when the result has the form of several platforms even for one. */
  readonly multiPlatform: boolean;
  /** Kinds of attestations that the engine attaches: `provenance`, `sbom`. */
  readonly attestations: readonly string[];
}

/**
 * Warnings about a build whose image the spec's platform would refuse or heed in part: SERVERLESS_INDEX,
 * SERVERLESS_PLATFORM, SERVERLESS_IGNORED.
 */
export function checkBuild(spec: Spec, asked: AskedImage): readonly Diagnostic[] {
  if (spec.serverless === undefined) return [];
  const platform = platformOf(spec.serverless);
  const found: Diagnostic[] = [];
  const pointer = "/serverless";
  if (platform.refusesIndex && (asked.platforms.length > 1 || asked.multiPlatform)) {
    found.push({
      severity: "warning",
      code: "SERVERLESS_INDEX",
      message: `cannot give ${platform.name} this image as it is: it has the form of several platforms, and one manifest is wanted`,
      hint: "build for one platform at a time, under a tag for each",
      pointer,
    });
  }
  if (platform.refusesIndex && asked.attestations.length > 0) {
    const options = asked.attestations.map((kind) => `--${kind}=false`).join(" ");
    found.push({
      severity: "warning",
      code: "SERVERLESS_INDEX",
      message: `cannot give ${platform.name} this image as it is: ${asked.attestations.join(" and ")} beside it makes it an index, and one manifest is wanted`,
      hint: `build what you push with ${options}`,
      pointer,
    });
  }
  const known = platform.architectures ?? [];
  const isKnown = asked.platforms.some(({ os, architecture }) => os === "linux" && known.includes(architecture));
  if (platform.architectures !== undefined && !isKnown) {
    const built = asked.platforms.map(({ os, architecture }) => `${os}/${architecture}`).join(" and ");
    found.push({
      severity: "warning",
      code: "SERVERLESS_PLATFORM",
      message: `cannot run the image for ${built} on ${platform.name}: its machines are linux/${known.join(" and linux/")}`,
      hint: `build with --platform linux/${known[0] ?? "amd64"}`,
      pointer,
    });
  }
  return [...found, ...platform.check(spec)];
}
