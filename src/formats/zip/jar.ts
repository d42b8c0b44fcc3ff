import { resolveLinks } from "../../rootfs/links.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";
import { type UnpackBudget, unpackBudget } from "./budget.ts";
import { type ReadPart, readWithinBudget, readZipEntries, type ZipEntry } from "./zip.ts";

/** The main section of a jar's manifest, as the run-time reads it. */
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
  /** The main section of its manifest: values by names in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
  /** What may still be unpacked of it, and of the jars inside it. */
  readonly budget: UnpackBudget;
  /** The bytes of an entry of at most `limitBytes`, as far as the budget goes. */
  read(entry: ZipEntry, limitBytes: number): Promise<Uint8Array | undefined>;
}

const manifestLimit = 1024 * 1024;

/** Opens a jar, through links; undefined when it is not a zip file. Throws ARCHIVES_TOO_LARGE, as reading it does. */
export async function openJar(root: RootFs, path: AbsPath): Promise<Jar | undefined> {
  const resolved = await resolveLinks(root, path);
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") return undefined;
  const readPart: ReadPart = async (offset, length) =>
    (await root.readFile(resolved.real, { offset, length })) ?? new Uint8Array();
  const { sizeBytes, inode = resolved.real } = resolved.stat;
  return readJar(readPart, { sizeBytes, budget: unpackBudget(root, { name: inode, sizeBytes }) });
}

/** Opens a jar that lies packed inside another one; undefined when it is not a zip file. */
export async function openInnerJar(bytes: Uint8Array, { budget }: Pick<Jar, "budget">): Promise<Jar | undefined> {
  const readPart: ReadPart = async (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length));
  return readJar(readPart, { sizeBytes: bytes.length, budget });
}

async function readJar(
  readPart: ReadPart,
  { sizeBytes, budget }: { readonly sizeBytes: number; readonly budget: UnpackBudget },
): Promise<Jar | undefined> {
  const entries = await readZipEntries(readPart, sizeBytes, budget);
  if (entries === undefined) return undefined;
  const read: Jar["read"] = async (entry, limitBytes) => readWithinBudget(readPart, entry, { limitBytes, budget });
  const entry = entries.find(({ name }) => name.toUpperCase() === "META-INF/MANIFEST.MF");
  const bytes = entry && (await read(entry, manifestLimit));
  const text = bytes && new TextDecoder().decode(bytes);
  const attributes = readAttributes(text ?? "");
  return { entries, manifest: text === undefined ? undefined : parseManifest(text), attributes, budget, read };
}

/** The settings of a manifest's main section for the run-time. */
export function parseManifest(text: string): Manifest {
  const attributes = readAttributes(text);
  const list = (name: string) => (attributes.get(name) ?? "").split(" ").filter((word) => word !== "");
  return {
    mainClass: attributes.get("main-class"),
    classPath: list("class-path"),
    bootClassPath: list("boot-class-path"),
  };
}

/** Reads the main section of a manifest: `Name: value` lines, continued by lines that start with a space. */
function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  const lines = text.replace(/(?:\r\n|\r|\n) /gu, "").split(/\r\n|\r|\n/u);
  for (const line of lines) {
    if (line === "") break;
    const colon = line.indexOf(":");
    if (colon > 0) attributes.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return attributes;
}
