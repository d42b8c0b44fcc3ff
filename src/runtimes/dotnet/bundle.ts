import { createHash } from "node:crypto";
import type { ElfFile } from "../../formats/elf/elf-file.ts";
import type { AbsPath, RootFs } from "../../rootfs/rootfs.ts";

/** The files of a single-file program that its host reads. */
export interface Bundle {
  readonly runtimeConfig: string | undefined;
}

/** Every host has this behind the place of its bundle's header, which is 0 in those that have none. */
const signature = createHash("sha256").update(".net core bundle\n").digest();
const dataLimit = 2 ** 24;
const headerBytes = 1024;
const configLimit = 2 ** 20;

const bundles = new WeakMap<ElfFile, Promise<Bundle | undefined>>();

/** The same, read once: each process of a program asks. */
export async function bundleOf(root: RootFs, path: AbsPath, elf: ElfFile): Promise<Bundle | undefined> {
  const known = bundles.get(elf) ?? readBundle(root, path, elf);
  bundles.set(elf, known);
  return known;
}

/** The bundle of a host (.NET's design of single-file bundles, versions 2 and up); undefined where there is none. */
export async function readBundle(root: RootFs, path: AbsPath, elf: ElfFile): Promise<Bundle | undefined> {
  const data = Buffer.from((await elf.section(".data", dataLimit)) ?? new Uint8Array());
  const mark = data.indexOf(signature);
  const at = mark < 8 ? 0n : data.readBigUInt64LE(mark - 8);
  if (at === 0n || at > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const header = Buffer.from((await root.readFile(path, { offset: Number(at), length: headerBytes })) ?? []);
  // Major and minor version, the number of files, and an identifier with its length before it.
  if (header.length < 13 || header.readUInt32LE(0) < 1) return undefined;
  const start = 13 + (header[12] ?? 0);
  if (header.readUInt32LE(0) < 2 || header.length < start + 32) return { runtimeConfig: undefined };
  const [offset, length] = [header.readBigUInt64LE(start + 16), header.readBigUInt64LE(start + 24)];
  if (offset === 0n || offset > BigInt(Number.MAX_SAFE_INTEGER) || length > BigInt(configLimit)) {
    return { runtimeConfig: undefined };
  }
  const bytes = await root.readFile(path, { offset: Number(offset), length: Number(length) });
  return { runtimeConfig: bytes === undefined ? undefined : new TextDecoder().decode(bytes) };
}
