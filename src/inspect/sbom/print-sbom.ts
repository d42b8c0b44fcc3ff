import packageJson from "../../../package.json" with { type: "json" };
import type { ImageSubject } from "../../plan/image-subject.ts";
import { type SbomFormat, sbomFiles } from "../../plan/sbom-files.ts";
import { type ManifestEntry, parseManifest } from "../manifest/manifest.ts";
import { findBundled } from "./bundled.ts";
import { printCycloneDx } from "./cyclonedx.ts";
import { describePacked, type PackedImage } from "./packed-image.ts";
import { type FileDigests, makeSbom, type Sbom } from "./sbom.ts";
import { printSpdx } from "./spdx.ts";
import { printSpdx3 } from "./spdx3.ts";

const printers: Readonly<Record<SbomFormat, (sbom: Sbom) => string>> = {
  spdx: printSpdx,
  spdx3: printSpdx3,
  cyclonedx: printCycloneDx,
};

/** What an SBOM is made of. */
export interface Printing {
  /** Text of `closure.json`. */
  readonly closure: string;
  readonly subject: ImageSubject;
  digestsOf(entry: ManifestEntry): FileDigests;
  /** The bytes of a file as it ships. */
  read(entry: ManifestEntry): Uint8Array | Promise<Uint8Array>;
}

/** Prints the SBOM of a closure whose image is not packed yet: the name of the file and its text. */
export async function printSbom(
  format: SbomFormat,
  printing: Printing,
): Promise<{ readonly name: string; readonly text: string }> {
  const print = await prepareSbom(format, printing);
  return { name: sbomFiles[format], text: print(undefined) };
}

/** Makes the SBOM of a closure, to print when it is known how the image was packed. */
export async function prepareSbom(
  format: SbomFormat,
  printing: Printing,
): Promise<(packed: PackedImage | undefined) => string> {
  const manifest = parseManifest(printing.closure);
  const sbom = makeSbom(manifest, {
    bundled: await findBundled(manifest, (entry) => printing.read(entry)),
    toolVersion: packageJson.version,
    subject: printing.subject,
    digestsOf: (entry) => printing.digestsOf(entry),
  });
  return (packed) =>
    printers[format](
      packed === undefined ? sbom : { ...sbom, subject: { ...sbom.subject, packed: describePacked(packed) } },
    );
}
