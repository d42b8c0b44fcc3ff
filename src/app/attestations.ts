import type { BuildContext } from "./build-context.ts";

/** The format of the bill of materials: the spec's, or SPDX where it is silent or has none attached. */
export function billFormat({ spec }: Pick<BuildContext, "spec">): "spdx" | "cyclonedx" {
  return spec.metadata.sbom === "cyclonedx" ? "cyclonedx" : "spdx";
}
