import type { CompiledFiles } from "../rootfs/compiled-files.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";

/** The beginning of a cache of fontconfig on a machine of 64 bits: the name of its directory stands right behind it. */
const layout = { directory: 16, seconds: 48, nanoseconds: 56, end: 64 } as const;
const longestName = 1024;

/**
 * What fc-cache(1) keeps of each directory of fonts. It counts while the directory has the very time that is written in
 * it, so that its time follows the image's. Without one, each start reads all fonts and complains.
 */
export const fontCaches: CompiledFiles = {
  directories: [],
  headBytes: layout.end,
  sourceOf: () => undefined,
  byContent: {
    paths: /^\/var\/cache\/fontconfig\/[\da-f]+-le64\.cache-\d+$/u,
    headBytes: layout.end + longestName,
    sourceOf,
  },
  judge(head, source, epochSeconds) {
    const isFresh = viewOf(head).getInt32(layout.seconds, true) === source.mtimeSeconds;
    if (!isFresh) return "stale";
    const time = Buffer.alloc(layout.end - layout.seconds);
    time.writeInt32LE(epochSeconds);
    return { offset: layout.seconds, hex: time.toString("hex") };
  },
};

function sourceOf(head: Uint8Array): AbsPath | undefined {
  if (head.length <= layout.end || viewOf(head).getBigInt64(layout.directory, true) !== BigInt(layout.end))
    return undefined;
  const text = new TextDecoder().decode(head.subarray(layout.end));
  const name = text.slice(0, Math.max(text.indexOf("\0"), 0));
  return name.startsWith("/") ? toAbsPath(name) : undefined;
}

function viewOf(head: Uint8Array): DataView {
  return new DataView(head.buffer, head.byteOffset, head.byteLength);
}
