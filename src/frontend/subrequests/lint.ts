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

/**
 * Clients show the error of the build last, and apart from the list: so it is not in the list as well. Both stand under
 * the name of the rule, which the texts do not repeat.
 */
export function lintResult(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): LintResult {
  const located = ({ span }: Diagnostic) => {
    const location = toLocation(span, files);
    return location === undefined ? {} : { location };
  };
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === "error");
  const more = others.length === 0 ? "" : ` (and ${String(others.length)} more)`;
  return {
    warnings: diagnostics
      .filter((found) => found !== first)
      .map((found) => ({
        ruleName: found.code,
        description: found.message,
        detail: withHint(found.message, found),
        ...located(found),
      })),
    sources: files.map((file) => ({ filename: file.name, language: "YAML", data: toBase64(file) })),
    ...(first === undefined
      ? {}
      : { buildError: { message: withHint(`${renderHeadline(first)}${more}`, first), ...located(first) } }),
  };
}

function withHint(text: string, { hint }: Diagnostic): string {
  return hint === undefined ? text : `${text}; ${hint}`;
}

/** The findings for people, with their lines of the spec. */
export function printLint(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): string {
  const name = files[0]?.name ?? "the spec";
  if (diagnostics.length === 0) return `${name}: fine\n`;
  const end = isClean(diagnostics) ? "can be built" : "cannot be built";
  return `${renderText(diagnostics, files)}\n${name}: ${end}\n`;
}
