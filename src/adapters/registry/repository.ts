import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import type { Limits } from "./limits.ts";

/** One repository of a registry, and how to speak to it. */
export interface Repository {
  readonly client: Client;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly registry: string;
  /** `library/debian`. */
  readonly path: string;
  /** As messages call it: `localhost:5000/app`. */
  readonly name: string;
  readonly signal?: AbortSignal;
}

/** `/v2/REPOSITORY/...`. References and digests that are part of a path are checked before. */
export function apiPath(repository: Repository, rest: string): string {
  return `/v2/${repository.path}/${rest}`;
}
