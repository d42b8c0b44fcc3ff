import type { Checked } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "./source.ts";
import type { SpanIndex } from "./spans.ts";
import type { Spec } from "./spec.ts";

/** Everything that a spec is made of: its bytes, the values given from outside, and a way to read what it includes. */
export interface SpecInput {
  /** Name of the spec file, relative to the root of the tree that `readInclude` reads; diagnostics show it. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Values given on the command line. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Arguments that need no declaration, such as TARGETARCH. */
  readonly predefinedArgs: Readonly<Record<string, string>>;
  /** Reads a file by its path relative to the root of the tree (already resolved, no `..`); undefined when it is not there. */
  readInclude(path: string): Promise<Uint8Array | undefined>;
}

export interface ParsedSpec {
  readonly checked: Checked<Spec>;
  readonly spans: SpanIndex;
  /** Every file that was read, the spec first, then includes in the order they were reached. */
  readonly files: readonly SourceFile[];
}
