import type { MetadataSpec } from "../spec/spec.ts";
import { type SbomFormat, toSbomFormat } from "./sbom-files.ts";

/** The statements to attach. A plain build, of a spec that is silent, attaches nothing and pays for nothing. */
export interface WantedAttestations {
  readonly sboms: readonly SbomFormat[];
  readonly reasons: boolean;
  /**
   * The request of the spec or of a build argument, as messages name it: it is worth a warning where it cannot be had.
   */
  readonly stated: readonly { readonly name: string; readonly pointer: string; readonly hint: string }[];
}

/**
 * Decides from the spec and `--sbom`. BuildKit runs a scanner of its own over the image unless the result has an SBOM
 * in SPDX, so that `--sbom` gets one whatever the spec's format; a scanner that it names is left to do its work.
 */
export function wantedAttestations(metadata: MetadataSpec, options: ReadonlyMap<string, string>): WantedAttestations {
  const option = options.get("attest:sbom");
  const fields = option?.split(",") ?? [];
  const isAsked = option !== undefined && !fields.includes("disabled=true");
  const namesScanner = isAsked && fields.some((field) => field.startsWith("generator="));
  const { sbom, reasons } = metadata;
  const sboms = new Set<SbomFormat>();
  if (isAsked && sbom !== "none") sboms.add("spdx");
  const format = toSbomFormat(sbom);
  if (format !== undefined) sboms.add(format);
  if (namesScanner) sboms.delete("spdx");
  return {
    sboms: [...sboms].sort(),
    reasons: reasons === "attestation" || (reasons === undefined && isAsked),
    stated: [
      ...(format !== undefined
        ? [{ name: "the SBOM", pointer: "/metadata/sbom", hint: "print it with --target sbom" }]
        : []),
      ...(reasons === "attestation"
        ? [{ name: "the reasons", pointer: "/metadata/reasons", hint: "ship them with `reasons: file`" }]
        : []),
      ...(metadata.vex !== false && isGivenList(options)
        ? [
            {
              name: "the statements about vulnerabilities",
              pointer: "/metadata/vex",
              hint: "print them with --target vex",
            },
          ]
        : []),
    ],
  };
}

/** True where the build is given a list of vulnerabilities, be it one or not. */
export function isGivenList(options: ReadonlyMap<string, string>): boolean {
  return options.has("build-arg:VULNERABILITIES") || options.has("context:vulnerabilities");
}
