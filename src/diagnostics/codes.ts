/**
 * Every diagnostic code, sorted. A code is never reused for another meaning; each has a page `docs/errors/<CODE>.md`
 * and a test, and a test compares the three lists.
 */
export const diagnosticCodes = [
  "ARG_SYNTAX",
  "ARG_UNKNOWN",
  "ARG_UNSET",
  "BUILDER_CYCLE",
  "BUILDER_UNKNOWN",
  "CONFIG_TOO_LARGE",
  "INCLUDE_CYCLE",
  "INCLUDE_MISSING",
  "INTERNAL_ERROR",
  "MODULE_MISSING",
  "REQUIRE_COMPUTED",
  "SPEC_ALIAS",
  "SPEC_BIDIRECTIONAL",
  "SPEC_CONFLICT",
  "SPEC_DUPLICATE_KEY",
  "SPEC_ENCODING",
  "SPEC_FROM_MISSING",
  "SPEC_GLOB",
  "SPEC_KEY",
  "SPEC_MANY_DOCUMENTS",
  "SPEC_MISSING_KEY",
  "SPEC_NOTHING_TO_RUN",
  "SPEC_NOT_SUPPORTED",
  "SPEC_PATH",
  "SPEC_PLATFORM",
  "SPEC_REFERENCE",
  "SPEC_ROOT",
  "SPEC_SYNTAX",
  "SPEC_TAB",
  "SPEC_TAG",
  "SPEC_TOO_DEEP",
  "SPEC_TOO_LARGE",
  "SPEC_UNKNOWN_KEY",
  "SPEC_VALUE",
  "SPEC_VERSION",
  "SPEC_WRONG_TYPE",
] as const;

export type DiagnosticCode = (typeof diagnosticCodes)[number];
