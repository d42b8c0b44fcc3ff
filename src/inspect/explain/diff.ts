import { printLines } from "../../diagnostics/escape.ts";
import { groupDigits } from "../../diagnostics/numbers.ts";
import { compareBytes } from "../../rootfs/rootfs.ts";
import type { PrintedEntry, PrintedManifest } from "../manifest/printed-manifest.ts";
import { sentenceOf } from "./sentence.ts";

/** A path that one of two images has. */
export interface DiffedPath {
  readonly path: string;
  readonly kind: PrintedEntry["kind"];
  readonly bytes: number;
  readonly package?: string;
  /** Why it is in: the nearest reason, as a sentence. */
  readonly why: string;
  /** The place of the spec that its reasons end at. */
  readonly place: string;
}

/** A path that both have, and that is not the same. */
export interface ChangedPath {
  readonly path: string;
  /** Bytes more, or fewer. */
  readonly bytes: number;
  /** The differences, sorted: `content`, `kind`, `layer`, `mode`, `owner`, `package`, `target`. */
  readonly changes: readonly string[];
}

export interface MovedReason {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The difference of two images. All lists are sorted by path or name. */
export interface ManifestDiff {
  readonly version: 1;
  readonly isSame: boolean;
  readonly bytes: { readonly before: number; readonly after: number };
  readonly fileCount: { readonly before: number; readonly after: number };
  readonly packages: { readonly added: readonly string[]; readonly removed: readonly string[] };
  readonly files: {
    readonly added: readonly DiffedPath[];
    readonly removed: readonly DiffedPath[];
    readonly changed: readonly ChangedPath[];
  };
  /** Paths of both that are in for another nearest reason; lines of the spec that only moved do not count. */
  readonly reasons: readonly MovedReason[];
  /** Settings of the image that differ. */
  readonly config: readonly { readonly key: string; readonly before: string; readonly after: string }[];
}

/** Compares two manifests. */
export function diffManifests(before: PrintedManifest, after: PrintedManifest): ManifestDiff {
  const olds = new Map(before.entries.map((entry) => [entry.path, entry]));
  const news = new Map(after.entries.map((entry) => [entry.path, entry]));
  const both = before.entries.flatMap((old) => {
    const entry = news.get(old.path);
    return entry === undefined ? [] : [{ old, entry }];
  });
  const found = {
    version: 1 as const,
    bytes: { before: before.figures.bytes, after: after.figures.bytes },
    fileCount: { before: before.figures.files, after: after.figures.files },
    packages: {
      added: without(after.packages, before.packages),
      removed: without(before.packages, after.packages),
    },
    files: {
      added: sortByPath(after.entries.filter((entry) => !olds.has(entry.path)).map(toDiffed)),
      removed: sortByPath(before.entries.filter((entry) => !news.has(entry.path)).map(toDiffed)),
      changed: sortByPath(both.flatMap(({ old, entry }) => toChanged(old, entry))),
    },
    reasons: sortByPath(both.flatMap(({ old, entry }) => toMoved(old, entry))),
    config: diffConfig(before, after),
  };
  const { files, packages, config } = found;
  const isSame = [files.added, files.removed, files.changed, packages.added, packages.removed, config].every(
    (list) => list.length === 0,
  );
  return { ...found, isSame: isSame && found.reasons.length === 0 };
}

const shownPaths = 200;

/** A difference as text: one line a path, the figures first. `isLong` shows reasons that moved. */
export function printDiff(diff: ManifestDiff, { isLong }: { readonly isLong: boolean }): string {
  if (diff.isSame) return "The two images are the same.\n";
  const { files, packages, reasons, config } = diff;
  const lines = [
    `files     ${figure(diff.fileCount)}`,
    `bytes     ${figure(diff.bytes)}`,
    `packages  +${String(packages.added.length)} -${String(packages.removed.length)}`,
    ...section("packages", [
      ...packages.removed.map((name) => `- ${name}`),
      ...packages.added.map((name) => `+ ${name}`),
    ]),
    ...section(
      "settings",
      config.map(({ key, before, after }) => `~ ${key}: ${before} -> ${after}`),
    ),
    ...section(
      "removed",
      files.removed.map((one) => `- ${one.path}${sizeText(one)}`),
    ),
    ...section(
      "added",
      files.added.map((one) => [`+ ${one.path}${sizeText(one)}`, `    ${one.why}`]),
    ),
    ...section(
      "changed",
      files.changed.map(
        (one) => `~ ${one.path}  ${one.changes.join(", ")}${one.bytes === 0 ? "" : ` ${signed(one.bytes)}`}`,
      ),
    ),
    ...(isLong
      ? section(
          "other reasons",
          reasons.map((one) => [`~ ${one.path}`, `    - ${one.before}`, `    + ${one.after}`]),
        )
      : reasons.length === 0
        ? []
        : [
            "",
            `${reasons.length === 1 ? "1 path is" : `${String(reasons.length)} paths are`} in for another reason; --reasons shows them`,
          ]),
  ];
  return printLines(lines);
}

/** A row may have several lines. */
function section(title: string, rows: readonly (string | readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length - shownPaths;
  const rest = more > 0 ? [`  and ${String(more)} more; --json has them all`] : [];
  const shown = rows.slice(0, shownPaths).flatMap((row) => {
    const [first = "", ...others] = typeof row === "string" ? [row] : row;
    return [`  ${first}`, ...others];
  });
  return ["", `${title}:`, ...shown, ...rest];
}

function figure({ before, after }: { readonly before: number; readonly after: number }): string {
  const change = after - before;
  return `${groupDigits(before)} -> ${groupDigits(after)}${change === 0 ? "" : ` (${signed(change)})`}`;
}

function signed(number: number): string {
  return `${number > 0 ? "+" : ""}${groupDigits(number)}`;
}

function sizeText({ kind, bytes, package: owner }: DiffedPath): string {
  const what = kind === "file" ? `${groupDigits(bytes)} bytes` : kind;
  return `  ${what}${owner === undefined ? "" : `, ${owner}`}`;
}

function toDiffed(entry: PrintedEntry): DiffedPath {
  return {
    path: entry.path,
    kind: entry.kind,
    bytes: entry.hardLinkTo === undefined ? (entry.size ?? 0) : 0,
    ...(entry.package === undefined ? {} : { package: entry.package }),
    why: nearest(entry),
    place: entry.reasons.at(-1)?.from ?? "",
  };
}

function nearest(entry: PrintedEntry): string {
  const [reason] = entry.reasons;
  return reason === undefined ? "" : sentenceOf(reason, entry);
}

function toChanged(old: PrintedEntry, entry: PrintedEntry): readonly ChangedPath[] {
  const isContent = entry.kind === "file" && (old.size !== entry.size || old.sha256 !== entry.sha256);
  const changes = [
    ...(isContent && old.kind === "file" ? ["content"] : []),
    ...(["kind", "layer", "mode", "owner", "package", "target"] as const).filter((key) => old[key] !== entry[key]),
  ];
  return changes.length === 0 ? [] : [{ path: entry.path, bytes: (entry.size ?? 0) - (old.size ?? 0), changes }];
}

function toMoved(old: PrintedEntry, entry: PrintedEntry): readonly MovedReason[] {
  const [left] = old.reasons;
  const [right] = entry.reasons;
  // Of a place of the spec the key counts, not the line: a comment above it changes nothing.
  const keyOf = (reason: typeof left) => `${reason?.key ?? reason?.from ?? ""} ${reason?.why ?? ""}`;
  return keyOf(left) === keyOf(right) ? [] : [{ path: entry.path, before: nearest(old), after: nearest(entry) }];
}

function diffConfig(before: PrintedManifest, after: PrintedManifest): ManifestDiff["config"] {
  const texts = (manifest: PrintedManifest) => {
    const { entrypoint, cmd, path, env, user } = manifest.config;
    const variables = Object.fromEntries(Object.entries(env).toSorted(([a], [b]) => compareBytes(a, b)));
    return {
      architecture: manifest.architecture,
      cmd: JSON.stringify(cmd),
      entrypoint: JSON.stringify(entrypoint),
      env: JSON.stringify(variables),
      path,
      user,
    };
  };
  const old = texts(before);
  const now = texts(after);
  const keys = ["architecture", "cmd", "entrypoint", "env", "path", "user"] as const;
  return keys.flatMap((key) => (old[key] === now[key] ? [] : [{ key, before: old[key], after: now[key] }]));
}

function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const known = new Set(other);
  return list.filter((name) => !known.has(name)).sort(compareBytes);
}

function sortByPath<T extends { readonly path: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((left, right) => compareBytes(left.path, right.path));
}
