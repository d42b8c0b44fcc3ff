import type { Descriptor } from "../../formats/oci/descriptor.ts";

/** A repository of a registry. */
export interface Origin {
  readonly registry: string;
  readonly repository: string;
}

/** Bytes that can be read again from any place, so that what broke off can go on. */
export interface Content {
  /** Where they come from, as messages call it. */
  readonly name: string;
  /** A piece is good until the next but one is asked for: whoever keeps it copies it. */
  open(offset: number): AsyncIterable<Uint8Array>;
  /** The repository that has them: a registry may take them from there itself. */
  readonly origin?: Origin;
}

/** Holds manifests and blobs by digest, and names some of them. */
export interface Source {
  /** As messages call it: `cannot read NAME: ...`. */
  readonly name: string;
  readonly origin?: Origin;
  /** The image of a tag or a digest, or the one image where no name is given; undefined when there is none. */
  resolve(reference: string | undefined): Promise<Descriptor | undefined>;
  /**
   * The bytes from `offset` on, as the place has them: `checkedBytes` and `push` check them. Pieces are good for as
   * long as those of `Content`.
   */
  readonly fetch: (descriptor: Descriptor, offset?: number) => AsyncIterable<Uint8Array>;
  /** Is told that the bytes of a descriptor were wrong; true where the next `fetch` has them from another place. */
  distrust?(descriptor: Descriptor): boolean;
  /** Manifests whose subject this one is. */
  referrers?(descriptor: Descriptor): Promise<readonly Descriptor[]>;
}

/** A place that images can be copied to. */
export interface Target extends Source {
  exists(descriptor: Descriptor): Promise<boolean>;
  /**
   * Stores content. What has another digest or size than the descriptor says is refused (BLOB_DIGEST), and nothing of
   * it stays.
   */
  push(descriptor: Descriptor, content: Content): Promise<void>;
  /** Gives a manifest that was pushed a name beside the one of `tag`, which comes after it. */
  alias(descriptor: Descriptor, reference: string): Promise<void>;
  /**
   * Notes what refers to a manifest; absent where the place finds that out from what is pushed. `tag` comes after it.
   */
  noteReferrers?(subject: string, referrers: readonly Descriptor[]): Promise<void>;
  /**
   * Gives a manifest that was pushed its name, after which whoever asks for the name sees it: the last step of a copy.
   */
  tag(descriptor: Descriptor, reference: string | undefined): Promise<void>;
}

/** Bytes in memory as content. */
export function bytesContent(bytes: Uint8Array, name: string): Content {
  return {
    name,
    async *open(offset) {
      if (offset < bytes.length) yield bytes.subarray(offset);
    },
  };
}
