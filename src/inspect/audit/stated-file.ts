/** The facts of a manifest about a path. */
export interface ManifestFile {
  /** `dpkg:libc6`. */
  readonly owner: string | undefined;
  /** The chain that brought it, from the spec to the path, a sentence a step. */
  readonly reasons: readonly string[];
  /** The layer that it is in. */
  readonly layer?: string;
}
