import { escapeText } from "../../../diagnostics/escape.ts";
import { compareBytes } from "../../../rootfs/rootfs.ts";
import { hasSetuid, isWorldWritable } from "../../policy/score.ts";
import type { Audit, AuditedFile } from "../audit.ts";

/**
 * The file table of a page, as its script reads it. Texts are ready to be shown; rows name them by their place in
 * `texts`.
 */
export interface FileTable {
  readonly texts: readonly string[];
  /**
   * `[path, bytes, mode, owner, notes, reasons, place]`, sorted by path. `place`: 0 both, 1 only before, 2 only after.
   */
  readonly rows: readonly FileRow[];
  /** Files that a table of bounded size had no room for. */
  readonly left: number;
}

export type FileRow = readonly [
  path: string,
  bytes: number,
  mode: string,
  owner: number,
  notes: number,
  reasons: readonly number[],
  place: 0 | 1 | 2,
];

/** More rows make a page that browsers open slowly. */
const rowLimit = 60_000;

/**
 * The files of one tree, or of the first and the last of several by their paths. What an attacker looks for, and what
 * is still there, goes first where room is short.
 */
export function tableOf(audits: readonly Audit[]): FileTable {
  const [first] = audits;
  const second = audits.length > 1 ? audits.at(-1) : undefined;
  const older = second === undefined ? [] : (first?.files ?? []);
  const current = second ?? first;
  const before = new Set<string>(older.map(({ path }) => path));
  const after = new Set<string>(current?.files.map(({ path }) => path));
  const all = [...(current?.files ?? []), ...older.filter(({ path }) => !after.has(path))];
  const isNotable = (file: AuditedFile): boolean => file.capabilities.length > 0 || hasSetuid(file);
  const kept =
    all.length <= rowLimit
      ? all
      : [...all.filter(isNotable), ...all.filter((file) => !isNotable(file))].slice(0, rowLimit);
  const texts = new Map<string, number>();
  const indexOf = (text: string): number => {
    const known = texts.get(text) ?? texts.size;
    texts.set(text, known);
    return known;
  };
  const secrets = new Map<string, string>(
    audits.flatMap((audit) => audit.secrets.map(({ path, what }) => [path, what])),
  );
  const rows = kept
    .toSorted((left, right) => compareBytes(left.path, right.path))
    .map((file): FileRow => {
      const { path, stat, owner, reasons } = file;
      const location = second === undefined ? 0 : after.has(path) ? (before.has(path) ? 0 : 2) : 1;
      const name = stat.target === undefined ? path : `${path} -> ${stat.target}`;
      return [
        escapeText(name),
        stat.kind === "file" ? stat.sizeBytes : 0,
        stat.mode.toString(8).padStart(4, "0"),
        indexOf(escapeText(owner ?? "")),
        indexOf(escapeText(notesOf(file, secrets.get(path)).join(", "))),
        reasons.map((reason) => indexOf(escapeText(reason))),
        location,
      ];
    });
  return { texts: [...texts.keys()], rows, left: all.length - kept.length };
}

function notesOf(file: AuditedFile, secret: string | undefined): readonly string[] {
  const { format, stat, capabilities, identities } = file;
  const programs = identities.filter(({ by }) => by !== "applet").map(({ program }) => program);
  return [
    ...capabilities,
    ...(programs.length === 0 ? [] : [`is ${programs.join(" and ")}`]),
    ...(format === "other" ? [] : [format]),
    ...(stat.kind === "file" ? [] : [stat.kind]),
    ...(hasSetuid(file) ? ["setuid"] : []),
    ...(isWorldWritable(file) ? ["anybody may write it"] : []),
    ...(stat.hasFileCapability === true ? ["file capability"] : []),
    ...(secret === undefined ? [] : [`secret: ${secret}`]),
  ];
}
