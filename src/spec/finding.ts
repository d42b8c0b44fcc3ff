import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic, Severity, Span } from "../diagnostics/diagnostic.ts";
import { escapeText, shorten } from "../diagnostics/escape.ts";

/** An error at a place. Names of the document in message and hint are escaped here, whoever prints them. */
export function errorAt(span: Span, code: DiagnosticCode, message: string, hint?: string): Diagnostic {
  return { ...base("error", code, message), span, ...hintPart(hint) };
}

/** A warning at a place, escaped likewise. */
export function warningAt(span: Span, code: DiagnosticCode, message: string, hint?: string): Diagnostic {
  return { ...base("warning", code, message), span, ...hintPart(hint) };
}

function base(severity: Severity, code: DiagnosticCode, message: string): Diagnostic {
  return { severity, code, message: shorten(escapeText(message), 2048) };
}

function hintPart(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint: shorten(escapeText(hint), 1024) };
}
