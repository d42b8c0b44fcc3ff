import { type Diagnostic, isClean } from "../../diagnostics/diagnostic.ts";
import { renderHeadline, renderText } from "../../diagnostics/render.ts";
import type { SourceFile } from "../../formats/llb/graph.ts";
import { type JsonLocation, toBase64, toLocation } from "./locations.ts";

/** The errors of a spec: the answer of `frontend.lint` (moby/buildkit subrequests/lint). */
export interface LintResult {
  readonly warnings: readonly {
    readonly ruleName: string;
    readonly description: string;
    readonly url?: string;
    readonly detail: string;
    readonly location?: JsonLocation;
  }[];
  readonly sources: readonly { readonly filename: string; readonly language: string; readonly data: string }[];
  /** Set where the spec cannot be built. */
  readonly buildError?: { readonly message: string; readonly location?: JsonLocation };
}

/** Errors and warnings alike are listed; that the spec cannot be built is said once more, as clients show it last. */
export function lintResult(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): LintResult {
  const located = ({ span }: Diagnostic) => {
    const location = toLocation(span, files);
    return location === undefined ? {} : { location };
  };
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === "error");
  const more = others.length === 0 ? "" : ` (and ${String(others.length)} more)`;
  return {
    warnings: diagnostics.map((found) => ({
      ruleName: found.code,
      description: found.message,
      detail: found.hint === undefined ? renderHeadline(found) : `${renderHeadline(found)}; ${found.hint}`,
      ...located(found),
    })),
    sources: files.map((file) => ({ filename: file.name, language: "YAML", data: toBase64(file) })),
    ...(first === undefined ? {} : { buildError: { message: `${renderHeadline(first)}${more}`, ...located(first) } }),
  };
}

/** The findings for people, with their lines of the spec. */
export function printLint(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): string {
  const name = files[0]?.name ?? "the spec";
  if (diagnostics.length === 0) return `${name}: fine\n`;
  const end = isClean(diagnostics) ? "can be built" : "cannot be built";
  return `${renderText(diagnostics, files)}\n${name}: ${end}\n`;
}
