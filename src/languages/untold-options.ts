const words = /^(?:(?:\$(?:\w+|\{[^{}]*\}|\([^()]*\)))+|"\$\{\w+\[[@*]\]\}")$/u;

/** True for a word of which only the run tells into how many it is split: `$OPTS`, `$(options)`, `"${OPTS[@]}"`. */
export function isUntold(word: string): boolean {
  return words.test(word);
}

/** True for an argument that may be known: no option, and nothing that the run fills in. */
export function isKnownArgument(word: string): boolean {
  return !/^["'`$-]/u.test(word);
}

/**
 * True for an argument that stands for options which only the run tells, as there is another one for what is run:
 * `$OPTS` of `node --flag $OPTS main.js`.
 */
export function isUntoldOption(args: readonly string[], index: number): boolean {
  return isUntold(args[index] ?? "") && args.slice(index + 1).some((word) => isKnownArgument(word));
}
