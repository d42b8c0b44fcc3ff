import { parseDuration } from "./schema/texts.ts";
import type { RawExpected, RawNoStart, RawVerify } from "./schema/verify.ts";
import type { RawSpec } from "./schema.ts";
import type { ExpectedText, Spec, VerifySpec } from "./spec.ts";

/** The checks of `verify`, short forms expanded, each at the index of its entry. */
export function toVerify(raw: RawSpec["verify"]): Pick<Spec, "verify" | "startCheck"> {
  if (!isList(raw)) return { verify: [], startCheck: false };
  return { verify: raw.map(toCheck), startCheck: !raw.some(isNoStart) };
}

function isList(raw: RawSpec["verify"]): raw is readonly RawVerify[] {
  return Array.isArray(raw);
}

function isNoStart(raw: RawVerify): raw is RawNoStart {
  return "start" in raw && raw.start !== true;
}

function toCheck(raw: RawVerify): VerifySpec {
  if (isNoStart(raw)) return { kind: "none" };
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
