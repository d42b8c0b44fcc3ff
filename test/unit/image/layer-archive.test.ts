import { expect, it } from "vitest";
import { exitCodeOf } from "../../../src/cli/exit-codes.ts";
import { layerArchive, type WrittenEntry } from "../../../src/image/layer-archive.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const entry: WrittenEntry = {
  path: toAbsPath("/app/data"),
  kind: "file",
  mode: 0o644,
  uid: 0,
  gid: 0,
  sizeBytes: 1_500_000,
  tree: { id: "app", path: toAbsPath("/data") },
};

/** The file as it is when it is copied: so many bytes of it, or something else. */
const changes: Readonly<Record<string, (offset: number, length: number) => Uint8Array | undefined>> = {
  "is empty": () => new Uint8Array(),
  "is shorter by a byte": (offset, length) => Buffer.alloc(Math.max(0, Math.min(length, 1_499_999 - offset))),
  "ends after the first piece": (offset, length) => Buffer.alloc(offset === 0 ? length : 0),
  "is longer by a byte": (offset, length) => Buffer.alloc(Math.min(length, 1_500_001 - offset)),
  "is a pipe or a directory": () => undefined,
};

it.each(Object.entries(changes))(
  "a file that %s by the time it is copied ends the build with a code",
  async (_, read) => {
    const roots = new Map([
      [
        "app",
        { readFile: async (_path: string, range = { offset: 0, length: 0 }) => read(range.offset, range.length) },
      ],
    ]);
    const write = async (): Promise<void> => {
      for await (const _piece of layerArchive({ entries: [entry], roots, epochSeconds: 0 })) continue;
    };
    const failure: unknown = await write().catch((one: unknown) => one);
    expect(exitCodeOf(failure)).toBe(3);
    expect(failure instanceof Error ? failure.message : "").toBe(
      "FILE_CHANGED: cannot copy /app/data: it changed while it was read",
    );
  },
);
