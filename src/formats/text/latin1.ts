/** Bytes as text, one character a byte: for programs and scripts of any encoding. */
export function latin1(bytes: Uint8Array): string {
  // A decoder of the platform takes seconds for what this takes milliseconds for.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
