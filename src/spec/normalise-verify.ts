import type { RawExpected, RawVerify } from "./raw.ts";
import { parseDuration } from "./schema/texts.ts";
import type { ExpectedText, VerifySpec } from "./spec.ts";

/** One entry of `verify`, short forms expanded. */
export function toVerify(raw: RawVerify): VerifySpec {
  if ("run" in raw) {
    return {
      kind: "run",
      args: raw.run,
      exit: raw.exit,
      ...(raw.stdout === undefined ? {} : { stdout: toExpected(raw.stdout) }),
      ...(raw.stderr === undefined ? {} : { stderr: toExpected(raw.stderr) }),
    };
  }
  if ("http" in raw) {
    const { port, path, status, within } = raw.http;
    return {
      kind: "start",
      probe: { kind: "http", port, path, status },
      withinMilliseconds: milliseconds(within),
    };
  }
  if ("tcp" in raw) {
    return {
      kind: "start",
      probe: { kind: "tcp", port: raw.tcp.port },
      withinMilliseconds: milliseconds(raw.tcp.within),
    };
  }
  return { kind: "attacks", ...(raw.attacks === "default" ? {} : { programs: raw.attacks }) };
}

function toExpected(raw: RawExpected): ExpectedText {
  if (typeof raw === "string") return { kind: "equal", text: raw.replace(/\n$/, "") };
  return "contains" in raw ? { kind: "contains", text: raw.contains } : { kind: "matches", text: raw.matches };
}

function milliseconds(duration: string): number {
  return Math.round((parseDuration(duration) ?? 0) / 1e6);
}
