import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** The first bytes of every printed manifest of this version. */
export const manifestHead: RegExp = /^\{\s*"version":\s*1,\s*"architecture":/u;

/** A finding about a manifest. */
export function invalidManifest(
  message: string,
  hint = "make one with docker build --target manifest -o .",
): Diagnostic {
  return { severity: "error", code: "MANIFEST_INVALID", message, hint };
}
