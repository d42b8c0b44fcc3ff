import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, parentOf } from "../../rootfs/rootfs.ts";

/**
 * The bytecode that an interpreter of `tag` keeps for a source, when it is the source's: bytecode whose recorded time and
 * size are another's must not ship, for with fixed times it would be taken for current (PEP 552).
 */
export async function findBytecode(source: AbsPath, tag: string, files: ProcessFiles): Promise<AbsPath | undefined> {
  const cache = childOf(parentOf(source), "__pycache__");
  const name = `${baseName(source).slice(0, -".py".length)}.${tag}.pyc`;
  if (!(await files.names(cache)).has(name)) return undefined;
  const path = childOf(cache, name);
  const head = await files.readBytes(path, { offset: 0, length: 16 });
  if (head === undefined || head.length < 16) return undefined;
  const header = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (header.getUint32(4, true) !== 0) return path;
  const stat = await files.stat(source);
  const isCurrent =
    stat !== undefined &&
    header.getUint32(8, true) === Math.floor(stat.mtimeSeconds) % 2 ** 32 &&
    header.getUint32(12, true) === stat.sizeBytes % 2 ** 32;
  return isCurrent ? path : undefined;
}
