import fs from "node:fs";
import { encodeName } from "../../rootfs/names.ts";
import type { RootFs } from "../../rootfs/rootfs.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;

/** The parts of a tree that copying reads. */
export type CopySource = Pick<RootFs, "readFile">;

/**
 * A directory of the host to copy regular files from, by their physical names. Pieces that follow each other cost one
 * opening, and none costs memory: the bytes are good until the next call.
 */
export function openCopySource(hostPath: string): CopySource {
  let open: { readonly path: string; readonly descriptor: number } | undefined;
  let buffer = Buffer.alloc(0);
  return {
    async readFile(path, range) {
      const offset = range?.offset ?? 0;
      if (offset === 0 || open?.path !== path) {
        if (open !== undefined) fs.closeSync(open.descriptor);
        open = undefined;
        // Without O_NONBLOCK, a file that was swapped for a FIFO would block for ever.
        open = { path, descriptor: fs.openSync(encodeName(hostPath + path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK) };
      }
      const length = range?.length ?? fs.fstatSync(open.descriptor).size;
      if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length);
      return buffer.subarray(0, fs.readSync(open.descriptor, buffer, 0, length, offset));
    },
  };
}
