import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { PolicyKind } from "../../spec/policy-kinds.ts";

/** One path of the image that is of a kind which a policy can forbid. */
export interface Violation {
  readonly kind: PolicyKind;
  readonly path: AbsPath;
  /** The kind, to complete "and": `it is a shell (bash by content)`. */
  readonly what: string;
  /** Paths of the same kind that came in for the same reason and are not listed one by one. */
  readonly others?: readonly AbsPath[];
  /** The ways to fix it beside allowing it. */
  readonly remedy: string;
}
