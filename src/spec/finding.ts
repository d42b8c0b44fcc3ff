import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";

/** An error at a place. */
export function errorAt(span: Span, code: DiagnosticCode, message: string, hint?: string): Diagnostic {
  return { severity: "error", code, message, span, ...(hint === undefined ? {} : { hint }) };
}

/** A warning at a place. */
export function warningAt(span: Span, code: DiagnosticCode, message: string, hint?: string): Diagnostic {
  return { severity: "warning", code, message, span, ...(hint === undefined ? {} : { hint }) };
}
