import packageJson from "../../../package.json" with { type: "json" };
import type { ImageSubject } from "../../plan/image-subject.ts";
import { type SbomFormat, sbomFiles } from "../../plan/sbom-files.ts";
import { type ManifestEntry, parseManifest } from "../manifest/manifest.ts";
import { findBundled } from "./bundled.ts";
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
export async function printSbom(
  format: SbomFormat,
  printing: {
    /** Text of `closure.json`. */
    readonly closure: string;
    readonly subject: ImageSubject;
    digestsOf(entry: ManifestEntry): FileDigests;
    /** The bytes of a file as it ships. */
    read(entry: ManifestEntry): Uint8Array | Promise<Uint8Array>;
  },
): Promise<{ readonly name: string; readonly text: string }> {
  const manifest = parseManifest(printing.closure);
  const sbom = makeSbom(manifest, {
    bundled: await findBundled(manifest, (entry) => printing.read(entry)),
    toolVersion: packageJson.version,
    subject: printing.subject,
    digestsOf: (entry) => printing.digestsOf(entry),
  });
  return { name: sbomFiles[format], text: printers[format](sbom) };
}
