import { resolveLinks } from "../../../rootfs/links.ts";
import type { AbsPath, RootFs } from "../../../rootfs/rootfs.ts";
import { type ReadPart, readZipEntries, readZipEntry, type ZipEntry } from "./zip.ts";

/** The main section of a jar's manifest. */
export interface Manifest {
  readonly mainClass: string | undefined;
  /** `Class-Path`: addresses relative to the jar. */
  readonly classPath: readonly string[];
  /** `Boot-Class-Path` of an agent: file names relative to the jar. */
  readonly bootClassPath: readonly string[];
}

/** An opened jar. */
export interface Jar {
  readonly entries: readonly ZipEntry[];
  readonly manifest: Manifest | undefined;
  /** The bytes of an entry of at most `limit` bytes. */
  read(entry: ZipEntry, limit: number): Promise<Uint8Array | undefined>;
}

const manifestLimit = 1024 * 1024;

/** Opens a jar, through links; undefined when it is no zip file. */
export async function openJar(root: RootFs, path: AbsPath): Promise<Jar | undefined> {
  const place = await resolveLinks(root, path);
  if (place === undefined || place === "loop" || place.stat.kind !== "file") return undefined;
  const readPart: ReadPart = async (offset, length) =>
    (await root.readFile(place.real, { offset, length })) ?? new Uint8Array();
  const entries = await readZipEntries(readPart, place.stat.sizeBytes);
  if (entries === undefined) return undefined;
  const read: Jar["read"] = (entry, limit) => readZipEntry(readPart, entry, limit);
  const entry = entries.find(({ name }) => name.toUpperCase() === "META-INF/MANIFEST.MF");
  const bytes = entry && (await read(entry, manifestLimit));
  return { entries, manifest: bytes && parseManifest(new TextDecoder().decode(bytes)), read };
}

/** Reads the main section of a manifest: `Name: value` lines, continued by lines that start with a space. */
export function parseManifest(text: string): Manifest {
  const attributes = new Map<string, string>();
  const lines = text.replace(/(?:\r\n|\r|\n) /gu, "").split(/\r\n|\r|\n/u);
  for (const line of lines) {
    if (line === "") break;
    const colon = line.indexOf(":");
    if (colon > 0) attributes.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const list = (name: string) => (attributes.get(name) ?? "").split(" ").filter((word) => word !== "");
  return {
    mainClass: attributes.get("main-class"),
    classPath: list("class-path"),
    bootClassPath: list("boot-class-path"),
  };
}
