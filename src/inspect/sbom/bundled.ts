import type { PackageRecord } from "../../closure/ownership/package-metadata.ts";
import { isElfFile, parseElf } from "../../formats/elf/parse.ts";
import { printPurl } from "../../packages/shared/purl.ts";
import { type AbsPath, baseName, compareBytes } from "../../rootfs/rootfs.ts";
import type { Manifest, ManifestEntry } from "../manifest/manifest.ts";
import { originOf } from "../manifest/reasons.ts";
import { findTexts, indexTexts } from "../policy/find-texts.ts";
import { fullName, type KnownLibrary, knownLibraries } from "./known-libraries.ts";

/** A library inside a file of no package of a distribution: of a wheel, an addon or a program. */
export interface BundledLibrary {
  readonly record: PackageRecord;
  /** The file that it is in, or that lists it. */
  readonly path: string;
  /** The part that has the file. */
  readonly holder: string;
  readonly evidence: Evidence;
}

/** How it is known which library it is. */
export interface Evidence {
  /** As CycloneDX calls it. */
  readonly technique: "binary-analysis" | "filename" | "manifest-analysis";
  /** 0 to 1. */
  readonly confidence: number;
  /** What was found. */
  readonly value: string;
}

type Found = Pick<BundledLibrary, "evidence"> & { readonly name: string; readonly version: string };

const listLimitBytes = 2 ** 20;

/**
 * Finds libraries that others packed into their files: by the texts of their versions in programs and libraries, by
 * lists beside prebuilt addons (`versions.json`), and by the names of files below `NAME.libs`. Nothing is run. Sorted.
 */
export async function findBundled(
  manifest: Manifest,
  read: (entry: ManifestEntry) => Uint8Array | Promise<Uint8Array>,
): Promise<readonly BundledLibrary[]> {
  const ofSystem = new Set(manifest.packages.filter(({ isSystem }) => isSystem).map(({ id }) => id));
  const found = new Map<string, BundledLibrary>();
  for (const entry of manifest.entries) {
    const { kind, owner, tree, path, sizeBytes } = entry;
    if (kind !== "file" || tree === undefined || entry.hardLinkTo !== undefined) continue;
    if (owner !== undefined && ofSystem.has(owner)) continue;
    const isList = baseName(path) === "versions.json" && sizeBytes <= listLimitBytes;
    if (!isList && !mayBeCode(entry)) continue;
    const bytes = await read(entry);
    for (const one of isList ? librariesListedIn(bytes) : await librariesIn(bytes, path)) {
      const record = recordOf(one, entry);
      found.set(`${record.id} ${path}`, { record, path, holder: originOf(entry), evidence: one.evidence });
    }
  }
  return [...found].sort(([left], [right]) => compareBytes(left, right)).map(([, one]) => one);
}

function mayBeCode({ path, mode, sizeBytes }: ManifestEntry): boolean {
  return sizeBytes > 64 && ((mode & 0o111) !== 0 || /\.(?:so|node)(?:\.|$)/u.test(path));
}

async function librariesIn(bytes: Uint8Array, path: AbsPath): Promise<readonly Found[]> {
  const elf = await parseElf(
    async (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    bytes.length,
  );
  if (!isElfFile(elf)) return [];
  const byTexts = await librariesByTexts(bytes, elf.needed);
  return byTexts.length > 0 ? byTexts : libraryByName(path);
}

const texts = indexTexts(
  knownLibraries.flatMap((library) => library.texts.map((text) => [text, Buffer.from(text)] as const)),
);

async function librariesByTexts(bytes: Uint8Array, needed: readonly string[]): Promise<readonly Found[]> {
  const read = async (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(bytes.subarray(offset, offset + length));
  const there = await findTexts(texts, read, bytes.length);
  return knownLibraries.flatMap((library) => {
    if (!library.texts.some((text) => there.has(text))) return [];
    // Who uses a library from outside may have its texts from its headers.
    if (needed.some((name) => name.startsWith(library.soname))) return [];
    const version = versionIn(bytes, library);
    if (version === undefined) return [];
    const { name, confidence } = library;
    return [
      { name, version: version.version, evidence: { technique: "binary-analysis", confidence, value: version.text } },
    ];
  });
}

const pieceBytes = 4 * 2 ** 20;
/** A version that is cut by the end of a piece is whole in the next one. */
const overlapBytes = 256;

function versionIn(
  bytes: Uint8Array,
  { version, toVersion = (text) => text }: KnownLibrary,
): { readonly version: string; readonly text: string } | undefined {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const end = Math.min(bytes.length, offset + pieceBytes + overlapBytes);
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset + offset, end - offset).toString("latin1");
    const [whole, text] = version.exec(piece) ?? [];
    if (whole !== undefined && text !== undefined) {
      return { version: toVersion(text), text: whole.replaceAll("\0", "").trim() };
    }
  }
  return undefined;
}

/** `libgfortran-91cc3cb1.so.5.0.0`, as wheels rename what they pack: the number is that of the file's interface. */
function libraryByName(path: AbsPath): readonly Found[] {
  const [value, name, version] = /(?<=\.libs\/)(lib[\w.+-]+?)-[0-9a-f]{8,}\.so\.(\d[\d.]*)$/u.exec(path) ?? [];
  if (value === undefined || name === undefined || version === undefined) return [];
  return [{ name, version, evidence: { technique: "filename", confidence: 0.3, value } }];
}

/** What sharp and others write beside the libraries that they packed into one: `{"xml2": "2.15.4"}`. */
function librariesListedIn(bytes: Uint8Array): readonly Found[] {
  const text = Buffer.from(bytes).toString("utf8");
  if (!/^\s*\{[^{}]*\}\s*$/u.test(text)) return [];
  const pairs = [...text.matchAll(/"([a-z][\w.-]{0,60})"\s*:\s*"v?(\d[\w.+-]*)"/gu)];
  return pairs.map(([value, name = "", version = ""]) => ({
    name: fullName(name),
    version,
    evidence: { technique: "manifest-analysis", confidence: 0.9, value },
  }));
}

function recordOf({ name, version }: Found, { path }: ManifestEntry): PackageRecord {
  const known = knownLibraries.find((library) => library.name === name);
  return {
    id: `bundled:${name}@${version}`,
    isSystem: false,
    name,
    version,
    purl: printPurl({ type: "generic", name, version }),
    ...(known === undefined ? {} : { cpe: `cpe:2.3:a:${known.cpe}:${version}:*:*:*:*:*:*:*` }),
    licenses: known === undefined ? [] : [known.license],
    within: path,
  };
}
