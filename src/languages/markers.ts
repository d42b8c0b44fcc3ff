/** Texts that prove a program whatever its file is called: all of them stand in its bytes. */
export interface ProgramMarker {
  /** A name of `capabilities.ts` in `inspect/policy`, or of a program that is many. */
  readonly program: string;
  readonly texts: readonly string[];
}

/** A program that a pattern proves. */
export interface PatternMarker {
  readonly program: string;
  readonly pattern: RegExp;
}

/** How the programs of a language are known: its interpreter, and what manages its packages. */
export interface RuntimeMarkers {
  readonly programs?: readonly ProgramMarker[];
  /** Scripts: a pattern of their first bytes. */
  readonly scripts?: readonly PatternMarker[];
  /** Programs that are modules, by path. */
  readonly modules?: readonly PatternMarker[];
}
