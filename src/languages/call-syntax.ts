/** How a language writes calls that start programs. */
export interface CallSyntax {
  /** Matches up to the first argument. */
  readonly calls: RegExp;
  /**
   * Matches a text for the shell that stands for its own call: backticks and their like; the first group that is set is
   * the text.
   */
  readonly quoted: RegExp;
  /**
   * Matches a function that starts programs where it is a value, not a call, up to what it is given where that follows:
   * `Thread(target=subprocess.run, args=(`, `method(:system)`.
   */
  readonly handedOn?: RegExp;
  /** Matches parts of a text that only the run tells. */
  readonly hole: RegExp;
  /** True for a text that a function fills in, in whichever quotes it stands. */
  readonly isFilled?: boolean;
  /** Matches a name that holds a value, at a place. */
  readonly variable: RegExp;
  /**
   * Matches a text at a place (sticky), where there are other forms than two kinds of quotes: the first group that is
   * set is the text.
   */
  readonly text?: RegExp;
  /** Matches a list of words at a place (sticky): `qw(ls -l)`; the first group that is set has them. */
  readonly list?: RegExp;
  /** Matches the beginning of a function's definition; the group is its name. */
  readonly definition?: RegExp;
  /**
   * How a source has classes of other sources: its own namespace, and a class by its whole name, then the name that it
   * gives it. Unset where a class is known by its name alone.
   */
  readonly classes?: { readonly namespace: RegExp; readonly imported: RegExp };
  /** Signs that join texts. */
  readonly join: RegExp;
  /** Matches the name of the run-time itself at a place, and in a text. */
  readonly self: { readonly atPlace: RegExp; readonly inText: RegExp };
  /** True where one text stands for many sources: what it holds says little of a call in it. */
  readonly isOfMany?: boolean;
  /** True where a text goes to the shell, whatever is in it: always, or by the text of the call. */
  readonly isAlwaysShell: boolean | ((call: string) => boolean);
}
