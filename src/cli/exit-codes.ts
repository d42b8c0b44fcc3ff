import { BuildError } from "../diagnostics/diagnostic.ts";

/** The exit code of a command. Documented in `pith --help` and docs/guides/command-line.md. */
export const exitCodes = {
  fine: 0,
  /** The build failed: the spec is right, and what it asks for cannot be made. */
  failed: 1,
  /** The spec or the usage is wrong. */
  wrong: 2,
  /** An I/O error. A retry may help. */
  ioError: 3,
  /** A fault of Pith. */
  internal: 70,
  /** Ended by SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

// Findings about what a person wrote: the spec, its arguments, the command.
const wrongInput =
  /^(?:ARG|BUILDER|COMMAND|DETECT|INCLUDE|MANIFEST|MIGRATION|OPTION|OUTPUT|SPEC|TARGET|USAGE)_|^(?:SOURCE_INVALID|REGISTRY_REFERENCE|VEX_INVALID)$/u;

/** The exit code of a command that threw. */
export function exitCodeOf(failure: unknown): ExitCode {
  if (failure instanceof BuildError) {
    const errors = failure.diagnostics.filter((found) => found.severity === "error");
    if (errors.some((found) => found.retryable !== undefined)) return exitCodes.ioError;
    return errors.every((found) => wrongInput.test(found.code)) ? exitCodes.wrong : exitCodes.failed;
  }
  return isIoError(failure) ? exitCodes.ioError : exitCodes.internal;
}

/** True for what the system refused (`ENOSPC`, `ECONNREFUSED` ...), and for failures that say that a retry may help. */
export function isIoError(failure: unknown): failure is Error {
  if (!(failure instanceof Error)) return false;
  if ("retryable" in failure && failure.retryable === true) return true;
  return "code" in failure && typeof failure.code === "string" && /^E[A-Z0-9]+$/u.test(failure.code);
}
