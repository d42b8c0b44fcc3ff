import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { groupDigits } from "../../diagnostics/numbers.ts";
import type { PolicySpec } from "../../spec/spec.ts";

/** The figures that a policy can limit. */
export interface LimitedFigures {
  readonly bytes: number;
  readonly files: number;
  readonly packages: number;
}

/** The largest parts of a figure, to name in the message. */
export type LargestOf = (figure: keyof LimitedFigures) => { readonly text: string; readonly origin?: string };

/** POLICY_LIMIT for every figure that is above its limit; one that is exactly at it is fine. */
export function checkLimits(
  max: PolicySpec["max"],
  figures: LimitedFigures,
  largestOf: LargestOf,
): readonly Diagnostic[] {
  return (["bytes", "files", "packages"] as const).flatMap((figure) => {
    const limit = max[figure];
    const actual = figures[figure];
    if (limit === undefined || actual <= limit) return [];
    const { text, origin } = largestOf(figure);
    return [
      {
        severity: "error" as const,
        code: "POLICY_LIMIT" as const,
        message: `cannot ship ${amount(actual, figure)}: policy allows ${amount(limit, figure)}, which is ${amount(actual - limit, figure)} less; ${text}`,
        hint: `leave out what the application does without, or raise policy.max.${figure}`,
        pointer: `/policy/max/${figure}`,
        ...(origin === undefined ? {} : { origin }),
      },
    ];
  });
}

/** A number with its unit; of bytes, the rounded size beside the exact one. */
export function amount(number: number, figure: keyof LimitedFigures): string {
  const exact = `${groupDigits(number)} ${number === 1 ? figure.slice(0, -1) : figure}`;
  return figure === "bytes" && number >= 1e6 ? `${exact} (${(number / 1e6).toFixed(1)} MB)` : exact;
}
