import { createHash } from "node:crypto";
import { printSbom } from "../../inspect/sbom/print-sbom.ts";
import { parseImageSubject } from "../../plan/image-subject.ts";
import { toSbomFormat } from "../../plan/sbom-files.ts";
import type { Command } from "../command.ts";
import { layerFiles, readClosureText } from "../mounts.ts";

/**
 * `sbom FORMAT [SUBJECT]` reads `closure/`, and writes the file of that format. SUBJECT is the JSON of what
 * the image is called.
 */
export const sbom: Command = {
  async run(step, [format, subject]) {
    const read = await layerFiles(step);
    const printed = await printSbom(toSbomFormat(format) ?? "spdx", {
      closure: readClosureText(step),
      subject: parseImageSubject(subject),
      read,
      digestsOf(entry) {
        const bytes = read(entry);
        const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
        return { sha1: digest("sha1"), sha256: digest("sha256"), sha512: digest("sha512") };
      },
    });
    return [printed];
  },
};
