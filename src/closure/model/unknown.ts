import type { PathBound } from "../../rootfs/path-bounds.ts";

/**
 * The values that a name could have which was not evaluated to its end, as tightly as they are known:
 * - `paths`: one of these;
 * - `directory`: something in this directory, at any depth;
 * - `package`: something in this installed package, whose directory is `path`;
 * - `prefix`: something whose path begins so: `/srv/app/plugins/on-`;
 * - `anything`: nothing is known of it.
 */
export type Bound = PathBound | { readonly kind: "anything" };

/** Why a name could not be evaluated. */
export type UnknownKind =
  /** A module, script or library whose name is computed. */
  | "computed-name"
  /** A directory that is listed at run time: plug-ins, migrations, templates. */
  | "listed-directory"
  /** Code that is made at run time: `eval`, `new Function`. */
  | "made-code"
  /** A list that is longer than the reader follows one by one. */
  | "long-list"
  /** A file that is too large, or of a format that the reader does not know. */
  | "unread-file";

/**
 * A name that was not evaluated to its end. No plug-in drops one: the level turns its bound into files, or into a
 * warning at the line. A limit that a reader has is an unknown as well, never a cut.
 */
export interface Unknown {
  readonly kind: UnknownKind;
  /** The line of the file that asks, from 1, where it is known. */
  readonly line?: number;
  /** The text of the source, short, as messages show it: `require("./plugins/" + name)`. */
  readonly what: string;
  readonly bound: Bound;
  /** True for what a script gives a command; see `Need.isArgument`. */
  readonly isArgument?: true;
  /** True for the name of a program, which no module is. */
  readonly isProgram?: true;
}

/** The outcome of an unknown: its bound ships, was there already, or stays out with a warning. */
export type UnknownOutcome = "shipped" | "present" | "warned" | "unbounded";

/** An unknown with what became of it, as the manifest lists it; of a long list of paths the first twenty. */
export interface SettledUnknown extends Unknown {
  /** The file that asks; a pointer reason where it is the spec. */
  readonly from: string;
  readonly outcome: UnknownOutcome;
  /** Files that its bound holds; 0 where it is unbounded. */
  readonly files: number;
}
