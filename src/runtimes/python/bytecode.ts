import type { CompiledFiles } from "../../rootfs/compiled-files.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

const headBytes = 16;
/** Where a `.pyc` has the time of its source (PEP 552). */
const timeOffset = 8;

/**
 * Bytecode (PEP 3147 and PEP 552). What records the time and size of its source is of use only while both match, and
 * its time follows the image's. Files with a hash stay as they are.
 */
export const pythonBytecode: CompiledFiles = {
  directories: ["__pycache__"],
  headBytes,
  sourceOf(path) {
    const name = baseName(path);
    if (!name.endsWith(".pyc")) return undefined;
    const directory = parentOf(path);
    if (baseName(directory) !== "__pycache__") return toAbsPath(path.slice(0, -1));
    return toAbsPath(`${name.slice(0, name.indexOf("."))}.py`, parentOf(directory));
  },
  judge(head, source, epochSeconds) {
    const words = new DataView(head.buffer, head.byteOffset, headBytes);
    if (words.getUint32(4, true) !== 0) return "keep";
    const isFresh =
      words.getUint32(timeOffset, true) === source.mtimeSeconds >>> 0 &&
      words.getUint32(12, true) === source.sizeBytes >>> 0;
    if (!isFresh) return "stale";
    const time = Buffer.alloc(4);
    time.writeUInt32LE(epochSeconds >>> 0);
    return { offset: timeOffset, hex: time.toString("hex") };
  },
};

/**
 * The bytecode that an interpreter of `tag` keeps for a source, when it is the source's: bytecode whose recorded time
 * and size are another's must not ship, for with fixed times it would be taken for current (PEP 552).
 */
export async function findBytecode(source: AbsPath, tag: string, files: ProcessFiles): Promise<AbsPath | undefined> {
  const cache = childOf(parentOf(source), "__pycache__");
  const name = `${baseName(source).slice(0, -".py".length)}.${tag}.pyc`;
  if (!(await files.names(cache)).has(name)) return undefined;
  const path = childOf(cache, name);
  const head = await files.readBytes(path, { offset: 0, length: headBytes });
  if (head === undefined || head.length < headBytes) return undefined;
  const header = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (header.getUint32(4, true) !== 0) return path;
  const stat = await files.stat(source);
  const isCurrent =
    stat !== undefined &&
    header.getUint32(timeOffset, true) === Math.floor(stat.mtimeSeconds) % 2 ** 32 &&
    header.getUint32(12, true) === stat.sizeBytes % 2 ** 32;
  return isCurrent ? path : undefined;
}
