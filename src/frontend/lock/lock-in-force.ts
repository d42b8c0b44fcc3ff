import type { Lock } from "../../plan/lock.ts";

/** A lock file and the part of it that a build is held to. */
export interface HeldLock {
  /** As messages name it. */
  readonly name: string;
  readonly builders: Lock["builders"];
  /** Before the names of builders: `debug/` for a target that has others than the main image. */
  readonly prefix: string;
}
