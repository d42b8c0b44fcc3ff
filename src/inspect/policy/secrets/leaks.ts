import type { AbsPath } from "../../../rootfs/rootfs.ts";
import { findTexts, indexTexts, type ReadPart } from "../find-texts.ts";

/** A secret that steps of the build were given. */
export interface BuildSecret {
  /** The name that it was given under; the value is never shown. */
  readonly id: string;
  readonly value: Uint8Array;
}

/** A file that holds the value of a build secret. */
export interface LeakedSecret {
  readonly path: AbsPath;
  readonly id: string;
  /** `as it is`, `as base64`, `as a part of a URL`, `in part`. */
  readonly form: string;
}

/** Shorter values stand in files by chance. */
const shortestValue = 8;
/** Words of a secret that is a file of its own: long enough to be a token, with letters and digits. */
const wordPattern = /[A-Za-z0-9_~+/.-]{20,}={0,2}/g;

/**
 * Files that hold a build secret: the whole value, its words where it is a configuration with a token in it, both also
 * as base64 and percent-encoded.
 */
export async function findLeaks(
  files: readonly { readonly path: AbsPath; readonly sizeBytes: number }[],
  secrets: readonly BuildSecret[],
  open: (path: AbsPath) => ReadPart,
): Promise<readonly LeakedSecret[]> {
  const needles = secrets.flatMap(({ id, value }) => needlesOf(id, value));
  if (needles.length === 0) return [];
  const index = indexTexts(needles.map(({ bytes }, at) => [String(at), bytes] as const));
  const found: LeakedSecret[] = [];
  for (const { path, sizeBytes } of files) {
    const keys = await findTexts(index, open(path), sizeBytes);
    const told = new Set<string>();
    for (const [at, { id, form }] of needles.entries()) {
      if (!keys.has(String(at)) || told.has(id)) continue;
      told.add(id);
      found.push({ path, id, form });
    }
  }
  return found;
}

interface Needle {
  readonly id: string;
  readonly form: string;
  readonly bytes: Uint8Array;
}

function needlesOf(id: string, value: Uint8Array): readonly Needle[] {
  const whole = trimEnd(value);
  const text = Buffer.from(whole).toString("utf8");
  const words = [...text.matchAll(wordPattern)].map(([word]) => word).filter(isToken);
  const parts = words.filter((word) => word !== text).map((word) => Buffer.from(word));
  return [
    ...(whole.length < shortestValue ? [] : formsOf(id, whole, "")),
    ...parts.flatMap((part) => formsOf(id, part, " in part")),
  ];
}

/** Words with letters and digits, neither a host nor a path. */
function isToken(word: string): boolean {
  return /[A-Za-z]/.test(word) && /\d/.test(word) && !/^[\w.-]+\.[a-z]{2,}(?:\/|$)|^\/|^\.{0,2}\//.test(word);
}

function formsOf(id: string, bytes: Uint8Array, part: string): readonly Needle[] {
  const escaped = percentEncode(bytes);
  return [
    { id, form: `as it is${part}`, bytes },
    ...[0, 1, 2].map((shift) => ({ id, form: `as base64${part}`, bytes: base64Core(bytes, shift) })),
    ...(escaped.length === bytes.length ? [] : [{ id, form: `percent-encoded${part}`, bytes: escaped }]),
  ].filter((needle) => needle.bytes.length >= shortestValue);
}

/**
 * The characters that base64 of a text with `bytes` always contains, when they begin so many bytes after a group of
 * three: the characters at both ends depend on what stands beside, so they are left out.
 */
function base64Core(bytes: Uint8Array, shift: number): Uint8Array {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const start = shift === 0 ? 0 : 4;
  const whole = Math.floor(padded.length / 3) * 4;
  return Buffer.from(padded.toString("base64").slice(start, whole));
}

function percentEncode(bytes: Uint8Array): Uint8Array {
  const text = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return Buffer.from(text.join(""));
}

function trimEnd(value: Uint8Array): Uint8Array {
  let end = value.length;
  while (end > 0 && (value[end - 1] ?? 0) <= 0x20) end--;
  return value.subarray(0, end);
}
