/** A marshalled graph: what BuildKit calls pb.Definition, kept as bytes. */
export interface Definition {
  readonly bytes: Uint8Array;
}

/** A spec file as the source map carries it; spans name it. */
export interface SourceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
