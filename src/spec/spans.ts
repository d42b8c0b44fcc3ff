import type { Span } from "../diagnostics/diagnostic.ts";

/** Places of the spec by pointer. */
export interface SpanIndex {
  /**
   * The place of the deepest known ancestor of an RFC 6901 pointer, into the normalised Spec (`/builders/main/from`,
   * `/image/cmd/0`) or into the document as written (`/from`, `/cmd/0`). The empty pointer is the first key.
   */
  spanOf(pointer: string): Span;
}
