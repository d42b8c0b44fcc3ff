import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";

export interface FailureOptions {
  readonly hint?: string;
  /** The same may work later. */
  readonly isRetryable?: boolean;
  readonly cause?: unknown;
}

/** A fault of a registry. */
export function registryFailure(code: DiagnosticCode, message: string, options: FailureOptions = {}): BuildError {
  const { hint, isRetryable: retryable = false, cause } = options;
  return new BuildError(
    [{ severity: "error", code, message, retryable, ...(hint === undefined ? {} : { hint }) }],
    cause === undefined ? {} : { cause },
  );
}

/** An exchange that did not come to an answer, or to the end of one. `message` completes "cannot reach HOST: ...". */
export class ExchangeFault extends Error {
  readonly kind: "broken" | "slow" | "tls" | "malformed";

  constructor(kind: ExchangeFault["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ExchangeFault";
    this.kind = kind;
  }
}
