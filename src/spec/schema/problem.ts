import { z } from "zod";
import type { DiagnosticCode } from "../../diagnostics/codes.ts";

/** The error of one text of a spec. The message is made from it: `cannot use TEXT as KEY: REASON`. */
export interface Problem {
  readonly code: DiagnosticCode;
  readonly reason: string;
  readonly hint: string;
}

/** Text with a check that yields the first problem. */
export function checkedText(check: (text: string) => Problem | undefined): z.ZodString {
  return z.string().check((context) => {
    const problem = check(context.value);
    if (problem === undefined) return;
    context.issues.push({ code: "custom", input: context.value, message: problem.reason, params: { ...problem } });
  });
}

/** Text of which only the form is checked. */
export function patternText(pattern: RegExp, reason: string, hint: string): z.ZodString {
  return checkedText((text) => (pattern.test(text) ? undefined : { code: "SPEC_VALUE", reason, hint }));
}

/** A map with these keys and no others. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(",");
  // zod does not put an object's keys on its issue; the message carries them to where "did you mean" is made.
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? keys : undefined) });
}
