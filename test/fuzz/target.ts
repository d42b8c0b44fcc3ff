/** A reader of bytes from strangers, and how it is tried. */
export interface Target {
  readonly name: string;
  /** Good inputs, or nearly. */
  readonly seeds: readonly Uint8Array[];
  /** Words of the format, which changes put in. */
  readonly words: readonly (string | Uint8Array)[];
  /** Makes sums over a changed input right again, so that changes get past them. */
  readonly repair?: (bytes: Buffer) => Buffer;
  /** Reads the bytes and checks what must always hold. Throws where it does not; else returns what it saw, in short. */
  run(bytes: Buffer): string | Promise<string>;
}

/** Throws unless what must hold holds. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`);
}
