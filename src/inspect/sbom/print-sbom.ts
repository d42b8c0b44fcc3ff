import packageJson from "../../../package.json" with { type: "json" };
import type { ImageSubject } from "../../plan/image-subject.ts";
import { type SbomFormat, sbomFiles } from "../../plan/sbom-files.ts";
import { type ManifestEntry, parseManifest } from "../manifest/manifest.ts";
import { printCycloneDx } from "./cyclonedx.ts";
import { type FileDigests, makeSbom, type Sbom } from "./sbom.ts";
import { printSpdx } from "./spdx.ts";
import { printSpdx3 } from "./spdx3.ts";

const printers: Readonly<Record<SbomFormat, (sbom: Sbom) => string>> = {
  spdx: printSpdx,
  spdx3: printSpdx3,
  cyclonedx: printCycloneDx,
};

/** Prints the SBOM of a closure: the name of the file and its text. */
export function printSbom(
  format: SbomFormat,
  printing: {
    /** Text of `closure.json`. */
    readonly closure: string;
    readonly subject: ImageSubject;
    digestsOf(entry: ManifestEntry): FileDigests;
  },
): { readonly name: string; readonly text: string } {
  const sbom = makeSbom(parseManifest(printing.closure), {
    toolVersion: packageJson.version,
    subject: printing.subject,
    digestsOf: (entry) => printing.digestsOf(entry),
  });
  return { name: sbomFiles[format], text: printers[format](sbom) };
}
