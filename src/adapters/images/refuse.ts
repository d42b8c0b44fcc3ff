import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";

/** One error about an image that is read or written. */
export function refuse(code: DiagnosticCode, message: string, hint?: string): BuildError {
  return new BuildError([{ severity: "error", code, message, ...(hint === undefined ? {} : { hint }) }]);
}
