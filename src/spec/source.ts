/** A spec file as it was read. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
