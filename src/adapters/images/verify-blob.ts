import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { Descriptor } from "../../formats/oci/descriptor.ts";
import type { Source } from "./target.ts";

/** One error about an image that is read or stored. */
export function ociError(code: DiagnosticCode, message: string, hint?: string): BuildError {
  return new BuildError([{ severity: "error", code, message, ...(hint === undefined ? {} : { hint }) }]);
}

export function digestOf(bytes: Uint8Array, algorithm = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

/**
 * Adds up the bytes of a blob. They may come again from an earlier place, as after a connection that broke; they may
 * not leave a gap. Throws BLOB_DIGEST, which ends "cannot read NAME: ...".
 */
export class BlobCheck {
  readonly #descriptor: Descriptor;
  readonly #name: string;
  readonly #hash: Hash;
  #seen = 0;
  #isSound = false;

  constructor(descriptor: Descriptor, name: string) {
    this.#descriptor = descriptor;
    this.#name = name;
    this.#hash = createHash(descriptor.digest.split(":")[0] ?? "");
  }

  /** Bytes that were added without a gap. */
  get seenBytes(): number {
    return this.#seen;
  }

  update(chunk: Uint8Array, offset: number): void {
    if (offset + chunk.length > this.#descriptor.size) {
      throw this.#refuse(`it is longer than the ${String(this.#descriptor.size)} bytes that it should have`);
    }
    if (offset > this.#seen) throw new Error("internal error: bytes of a blob were left out; please report it");
    const known = this.#seen - offset;
    if (known >= chunk.length) return;
    this.#hash.update(chunk.subarray(known));
    this.#seen = offset + chunk.length;
  }

  /** Call it after the last byte. */
  finish(): void {
    if (this.#isSound) return;
    const { size, digest } = this.#descriptor;
    if (this.#seen !== size) {
      throw this.#refuse(`it ends after ${String(this.#seen)} of ${String(size)} bytes`);
    }
    const found = `${digest.split(":")[0] ?? ""}:${this.#hash.digest("hex")}`;
    if (found !== digest) throw this.#refuse(`its digest is ${found} and not ${digest}`);
    this.#isSound = true;
  }

  #refuse(why: string): BuildError {
    return ociError("BLOB_DIGEST", `cannot read ${describeBlob(this.#descriptor)} of ${this.#name}: ${why}`);
  }
}

/** How messages call a blob: short, and enough to find it. */
export function describeBlob({ digest }: Descriptor): string {
  const [algorithm = "", hex = ""] = digest.split(":");
  return `${algorithm}:${hex.slice(0, 12)}`;
}

/** The bytes as they come, good for as long as there; fails where they end if they are not those of the descriptor. */
export async function* checkedBytes(
  bytes: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
  name: string,
): AsyncGenerator<Uint8Array> {
  const check = new BlobCheck(descriptor, name);
  for await (const chunk of bytes) {
    check.update(chunk, check.seenBytes);
    yield chunk;
  }
  check.finish();
}

/** The whole of a small blob. Throws IMAGE_SOURCE_INVALID when it is longer than `limitBytes`. */
export async function readBlob(source: Source, descriptor: Descriptor, limitBytes: number): Promise<Uint8Array> {
  if (descriptor.size > limitBytes) {
    const sizes = `it has ${String(descriptor.size)} bytes, and ${String(limitBytes)} are the most`;
    throw ociError("IMAGE_SOURCE_INVALID", `cannot read ${describeBlob(descriptor)} of ${source.name}: ${sizes}`);
  }
  return fromAnyLocation(source, descriptor, async () =>
    collectBlob(source.fetch(descriptor), descriptor, source.name),
  );
}

/** Does what reads a blob, and again where the bytes were wrong and the source can have them from another place. */
export async function fromAnyLocation<T>(source: Source, descriptor: Descriptor, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (failure) {
      const isWrong = failure instanceof BuildError && failure.diagnostics.some(({ code }) => code === "BLOB_DIGEST");
      if (!isWrong || source.distrust?.(descriptor) !== true) throw failure;
    }
  }
}

/** All bytes of a blob that is small enough for memory, checked. Throws BLOB_DIGEST. */
export async function collectBlob(
  bytes: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
  name: string,
): Promise<Uint8Array> {
  const blob = new Uint8Array(descriptor.size);
  let length = 0;
  for await (const chunk of checkedBytes(bytes, descriptor, name)) {
    blob.set(chunk, length);
    length += chunk.length;
  }
  return blob;
}

const chunkBytes = 1024 * 1024;

/**
 * True for a file that holds a blob, byte for byte: another program may have damaged it. What is no regular file, such
 * as a link or a pipe, does not.
 */
export async function isWholeBlob(hostPath: string, descriptor: Descriptor): Promise<boolean> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(hostPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (file === undefined) return false;
  // What cannot be read is written again.
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size !== descriptor.size) return false;
    const hash = createHash(descriptor.digest.split(":")[0] ?? "");
    const chunk = Buffer.alloc(Math.min(chunkBytes, Math.max(1, stat.size)));
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
    }
    return `${descriptor.digest.split(":")[0] ?? ""}:${hash.digest("hex")}` === descriptor.digest;
  } catch {
    return false;
  } finally {
    await file.close().catch(() => {});
  }
}
