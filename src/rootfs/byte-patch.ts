/** Bytes that a file of the image has in place of those of its source. */
export interface BytePatch {
  readonly offset: number;
  /** In hexadecimal. */
  readonly hex: string;
}

/** The bytes of a patch. */
export function patchBytes({ hex }: BytePatch): Uint8Array {
  return Buffer.from(hex, "hex");
}

/**
 * Lays a patch over a part of a file that begins at `start`. The part stays as it is where it has none of the patch's
 * place.
 */
export function applyPatch(part: Uint8Array, patch: BytePatch | undefined, start: number): Uint8Array {
  const end = patch === undefined ? 0 : patch.offset + patch.hex.length / 2;
  if (patch === undefined || end <= start || patch.offset >= start + part.length) return part;
  const patched = part.slice();
  for (const [index, byte] of patchBytes(patch).entries()) {
    const at = patch.offset + index - start;
    if (at >= 0 && at < patched.length) patched[at] = byte;
  }
  return patched;
}
