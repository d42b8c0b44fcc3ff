/** The most that a registry is given. */
export interface Limits {
  readonly connectMilliseconds: number;
  /** Until the head of an answer, and between two pieces of a body. */
  readonly silenceMilliseconds: number;
  /** Until the answer to what makes a registry work: the end of an upload. */
  readonly commitMilliseconds: number;
  /** The time in which an unread body may end, so that its connection can be used again. */
  readonly discardMilliseconds: number;
  /** A body has to bring this much on average while it is waited for. */
  readonly bytesPerSecond: number;
  /** Of each request: how often it is made. */
  readonly tries: number;
  /** A registry that asks to wait longer than this is not waited for. */
  readonly retryAfterMilliseconds: number;
  readonly redirects: number;
  readonly tokenBytes: number;
  readonly errorBytes: number;
  /** Sessions of one upload. */
  readonly sessions: number;
  /**
   * Larger blobs are sent in pieces of this size; what is lost on the way is at most one of them where a registry
   * forgets it.
   */
  readonly chunkBytes: number;
  /** Blobs up to this size are sent in one request, with the end of their upload. */
  readonly monolithicBytes: number;
}

export const defaultLimits: Limits = {
  connectMilliseconds: 10_000,
  silenceMilliseconds: 30_000,
  commitMilliseconds: 300_000,
  discardMilliseconds: 3000,
  bytesPerSecond: 1024,
  tries: 5,
  retryAfterMilliseconds: 60_000,
  redirects: 5,
  tokenBytes: 64 * 1024,
  errorBytes: 64 * 1024,
  sessions: 3,
  chunkBytes: Number.POSITIVE_INFINITY,
  monolithicBytes: 1024 * 1024,
};
