import type { DiagnosticCode } from "./codes.ts";

/** A place in a text. Lines and columns count from 1; a column counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of one spec file; `end` is exclusive in its column. */
export interface Span {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** A change of a spec that takes a finding away: the stretch, and what to write in its place. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
}

export type Severity = "error" | "warning";

/**
 * A finding about input, as data. `message` has the form `cannot VERB THING: REASON` in lower case with no full stop;
 * `hint` is one imperative sentence. `pointer` is an RFC 6901 pointer into the normalised spec (`/binaries/0`) for
 * findings made where only the plan is known; `spanOf` turns it into `span`.
 */
export interface Diagnostic {
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly span?: Span;
  readonly pointer?: string;
  /** Pointer to a second place of the spec: the one that brought in what `pointer` refuses. */
  readonly origin?: string;
  readonly hint?: string;
  readonly fix?: Fix;
  /** Set for an I/O error, such as a registry that does not answer. True when a retry may help. */
  readonly retryable?: boolean;
}

/** A value with what was found while making it; `value` is undefined if and only if an error was found. */
export interface Checked<T> {
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Input that cannot be built. Carries every finding, not the first only. */
export class BuildError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: ErrorOptions) {
    super(diagnostics.map((found) => `${found.code}: ${found.message}`).join("\n"), options);
    this.name = "BuildError";
    this.diagnostics = diagnostics;
  }
}

/** True when nothing in the list is an error. */
export function isClean(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every((found) => found.severity !== "error");
}

/** Throws the errors of a list as one `BuildError`, where it has any. */
export function refuseErrors(diagnostics: readonly Diagnostic[]): void {
  if (!isClean(diagnostics)) throw new BuildError(diagnostics.filter((found) => found.severity === "error"));
}
