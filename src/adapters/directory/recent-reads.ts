import type { AbsPath, ByteRange } from "../../rootfs/rootfs.ts";

/** What is larger is read anew: it is asked for by pieces. */
export const largestKeptBytes: number = 256 * 1024;
const limitBytes = 4 * 1024 * 1024;

/**
 * The beginnings of the files that were read last, at most 4 MiB of them. One source is asked for by many readers in
 * turn, and opening it costs more than keeping it for a while.
 */
export class RecentReads {
  readonly #known = new Map<AbsPath, { readonly bytes: Uint8Array; readonly isWhole: boolean }>();
  #bytes = 0;

  /** True for a file whose beginning is known. */
  has(path: AbsPath): boolean {
    return this.#known.has(path);
  }

  /** A copy of what a range asks for; undefined where it is not known. */
  get(path: AbsPath, range: ByteRange | undefined): Uint8Array | undefined {
    const known = this.#known.get(path);
    if (known === undefined) return undefined;
    const offset = range?.offset ?? 0;
    const end = range === undefined ? Number.POSITIVE_INFINITY : offset + range.length;
    return known.isWhole || end <= known.bytes.length ? known.bytes.slice(offset, end) : undefined;
  }

  /** Keeps the answer to a range, if it is the beginning of a file. */
  keep(path: AbsPath, range: ByteRange | undefined, bytes: Uint8Array): void {
    if ((range?.offset ?? 0) !== 0 || range?.into !== undefined || bytes.length > largestKeptBytes) return;
    this.#drop(path);
    this.#known.set(path, { bytes: bytes.slice(), isWhole: range === undefined || bytes.length < range.length });
    this.#bytes += bytes.length;
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= limitBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(path: AbsPath): void {
    this.#bytes -= this.#known.get(path)?.bytes.length ?? 0;
    this.#known.delete(path);
  }
}
