/**
 * Every diagnostic code, sorted. A code is never reused for another meaning; each has a page `docs/errors/<CODE>.md`
 * and a test, and a test compares the three lists.
 */
export const diagnosticCodes = ["INTERNAL_ERROR"] as const;

export type DiagnosticCode = (typeof diagnosticCodes)[number];
