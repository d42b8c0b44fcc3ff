import { createHash } from "node:crypto";
import { printSbom } from "../../inspect/sbom/print-sbom.ts";
import type { Command } from "../command.ts";
import { layerFiles, readClosureText } from "../mounts.ts";

/** `sbom FORMAT` reads `closure/`, and writes `sbom.spdx.json` or `sbom.cdx.json`. */
export const sbom: Command = {
  async run(step, [format]) {
    const read = await layerFiles(step);
    const printed = printSbom(format === "cyclonedx" ? "cyclonedx" : "spdx", {
      closure: readClosureText(step),
      digestsOf(entry) {
        const bytes = read(entry);
        const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
        return { sha1: digest("sha1"), sha256: digest("sha256") };
      },
    });
    return [printed];
  },
};
