import { groupDigits } from "../../diagnostics/numbers.ts";
import { capabilities } from "../policy/capabilities.ts";
import type { SurfaceScore } from "../policy/score.ts";
import type { Audit } from "./audit.ts";

/** One number of an audit, as every form of the report names it. */
export interface Figure {
  readonly key: string;
  readonly title: string;
  readonly unit: "points" | "bytes" | "count";
  /** Undefined where the tree cannot tell. */
  readonly read: (audit: Audit) => number | undefined;
  /** Present on what only some reports have. */
  readonly isIn?: (audits: readonly Audit[]) => boolean;
}

/** The figures that a report has. */
export function figuresOf(audits: readonly Audit[]): readonly Figure[] {
  return figures.filter(({ isIn }) => isIn?.(audits) !== false);
}

/** In their order. Of each, less is better. */
const figures: readonly Figure[] = [
  { key: "score", title: "attack-surface score", unit: "points", read: ({ score }) => score.total },
  { key: "bytes", title: "bytes", unit: "bytes", read: (audit) => audit.figures.bytes },
  { key: "files", title: "files", unit: "count", read: (audit) => audit.figures.files },
  { key: "packages", title: "packages", unit: "count", read: (audit) => audit.figures.packages },
  { key: "executables", title: "executable files", unit: "count", read: ({ score }) => score.counts.executables },
  {
    key: "listedPrograms",
    title: "programs of use to an attacker",
    unit: "count",
    read: ({ score }) => score.counts.listedPrograms,
  },
  {
    key: "capabilities",
    title: `kinds of such programs, of ${String(capabilities.length)}`,
    unit: "count",
    read: ({ score }) => score.found.length,
  },
  { key: "libraries", title: "libraries", unit: "count", read: (audit) => audit.figures.libraries },
  { key: "setuid", title: "setuid and setgid files", unit: "count", read: ({ setuid }) => setuid.length },
  {
    key: "fileCapabilities",
    title: "files with file capabilities",
    unit: "count",
    read: ({ fileCapabilities }) => fileCapabilities?.length,
  },
  {
    key: "worldWritable",
    title: "paths that anybody may write",
    unit: "count",
    read: ({ worldWritable }) => worldWritable.length,
  },
  { key: "secrets", title: "files with secrets", unit: "count", read: ({ secrets }) => secrets.length },
  {
    key: "vulnerabilities",
    title: "vulnerabilities of the list",
    unit: "count",
    read: ({ vulnerabilities }) => vulnerabilities?.found.length,
    isIn: (audits) => audits.some(({ vulnerabilities }) => vulnerabilities !== undefined),
  },
  { key: "devices", title: "device nodes", unit: "count", read: ({ devices }) => devices.length },
];

/** A term of the score and the sum that gives it. */
export interface Term {
  readonly key: keyof SurfaceScore["terms"];
  readonly title: string;
  readonly points: number;
  /** The sum with its numbers: `min(50, 10 x 11)`. */
  readonly sum: string;
}

/** The terms of an audit's score, as docs/guides/audit.md writes them. */
export function termsOf({ score, figures: { packages }, fileCapabilities, secrets }: Audit): readonly Term[] {
  const { terms, counts, found } = score;
  const weights = found.filter(({ weight }) => weight > 0).map(({ capability, weight }) => `${capability} ${weight}`);
  const sums: Readonly<Record<Term["key"], string>> = {
    capabilities: weights.length === 0 ? "none" : weights.join(" + "),
    setuid: `min(50, 10 x ${counts.setuid})`,
    fileCapabilities:
      fileCapabilities === undefined ? "not known of a directory" : `min(30, 10 x ${fileCapabilities.length})`,
    worldWritable: `min(20, 5 x ${counts.worldWritable})`,
    executables: `min(50, 10 x log10(1 + ${counts.executables}))`,
    packages: `min(50, 10 x log10(1 + ${packages}))`,
    secrets: `min(100, 25 x ${secrets.length})`,
    devices: `min(20, 10 x ${counts.devices})`,
  };
  return termNames.map(([key, title]) => ({ key, title, points: terms[key], sum: sums[key] }));
}

const termNames: readonly (readonly [Term["key"], string])[] = [
  ["capabilities", "programs of use to an attacker"],
  ["setuid", "setuid and setgid files"],
  ["fileCapabilities", "file capabilities"],
  ["worldWritable", "paths that anybody may write"],
  ["executables", "executable files"],
  ["packages", "packages"],
  ["secrets", "secrets"],
  ["devices", "device nodes"],
];

/** A number as people read it. */
export function showFigure(value: number | undefined, unit: Figure["unit"]): string {
  if (value === undefined) return "not known";
  if (unit === "bytes") return showBytes(value);
  return unit === "points" ? value.toFixed(1) : groupDigits(value);
}

/** Bytes as people read them: `41.2 MB`. */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** How a figure changed: `-88 %`, `same`, `+3 new`. Empty where there is nothing to say. */
export function showChange(before: number | undefined, after: number | undefined): string {
  if (before === undefined || after === undefined) return "";
  if (before === after) return "same";
  if (before === 0) return "new";
  const percent = Math.round(((after - before) / before) * 100);
  // A hundred per cent less is said of nothing left only.
  if (percent === -100 && after > 0) return "-99 %";
  return `${percent > 0 ? "+" : ""}${String(percent)} %`;
}
