import fs from "node:fs";
import path from "node:path";
import { closeRead, naming } from "../directory/regular-file.ts";
import { removeQuietly } from "../images/temporary.ts";
import { type Extent, fileExtent } from "./extent.ts";

/** A file without a name: it is gone with the process, however that ends. */
export interface Spool {
  /** Bytes written so far. */
  length(): number;
  append(bytes: Uint8Array): void;
  /** The bytes appended between two positions. */
  extent(start: number, sizeBytes: number): Extent;
  close(): void;
}

/** Opens an empty spool on the file system of `directory`. */
export function openSpool(directory: string): Spool {
  const folder = fs.mkdtempSync(path.join(directory, "pith-"));
  const name = path.join(folder, "spool");
  let descriptor: number | undefined;
  try {
    descriptor = fs.openSync(name, "wx+", 0o600);
    fs.rmSync(folder, { recursive: true });
  } catch (failure) {
    if (descriptor !== undefined) closeRead(descriptor);
    removeQuietly(folder);
    throw failure;
  }
  const file = descriptor;
  let written = 0;
  return {
    length: () => written,
    append(bytes) {
      naming(directory, () => {
        for (let done = 0; done < bytes.length; ) {
          const count = fs.writeSync(file, bytes, done, bytes.length - done, written);
          done += count;
          written += count;
        }
      });
    },
    extent: (start, sizeBytes) => fileExtent(file, start, sizeBytes),
    close: () => closeRead(file),
  };
}
