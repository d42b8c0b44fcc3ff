import type { Interception, MemoryRegistry, RegistryOptions } from "./memory-registry.ts";
import type { TestImage } from "./test-image.ts";

export type Prepare = (registry: MemoryRegistry, image: TestImage) => void;
export type Intercept = (seen: Interception, image: TestImage) => boolean | Promise<boolean>;

/** Something that a registry does wrong, and what a client has to make of it. */
export interface RegistryFault {
  /** A row of the threat table, and a name of its own. */
  readonly name: string;
  readonly side: "pull" | "push";
  /** `recovers`: the image arrives whole. `refuses`: the client says why, and leaves everything as it was. */
  readonly expected: "recovers" | "refuses";
  /** The text in the message of a refusal; a code or words. */
  readonly says?: RegExp;
  readonly options?: Omit<RegistryOptions, "fault">;
  /** Changes what the registry holds before the client comes. */
  readonly prepare?: Prepare;
  readonly intercept?: Intercept;
  /** The client needs short patience in tests. */
  readonly isSlow?: boolean;
}

/** True for the larger layer of the test's image, asked for or sent. */
export const isLayer = ({ endpoint, name, method }: Interception, image: TestImage): boolean =>
  endpoint === "blobs" && method === "GET" && name === image.layer;

/** The PATCH or PUT that carries a large blob. */
export const carriesLayer = ({ endpoint, method, request }: Interception): boolean =>
  endpoint === "session" &&
  (method === "PATCH" || method === "PUT") &&
  Number(request.headers["content-length"] ?? 0) > 1e6;
