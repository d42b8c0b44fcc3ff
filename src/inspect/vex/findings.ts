import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

export const openVexPredicateType = "https://openvex.dev/ns/v0.2.0";

/** The name of the document that has the lists of files that are too long for a statement. */
export const fileListsName = "vex-files.json";

export const fileListsPredicateType = "urn:pith:vex-files:1";

/** Debian's whole tracker is 70 MB; no list is read that is longer than this. */
export const listLimitBytes: number = 256 * 2 ** 20;

/** A finding about the list. */
export function invalid(message: string): Diagnostic {
  return {
    severity: "error",
    code: "VULNERABILITIES_INVALID",
    message,
    hint: "give OSV records, CSAF or OpenVEX of packages, the JSON of Debian's tracker or Alpine's secdb; CISA's catalogue and EPSS can stand beside them",
  };
}
