const text = /"((?:\\[\s\S]|[^"\\]){0,4000})"|'((?:\\[\s\S]|[^'\\]){0,4000})'/gu;
const shellPath = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|k|z)?sh$/u;
/** Reads from its input, whatever other words there are. */
const readsInput = /^-[a-z]*s?$/u;

/** True for a shell that is given no script: it runs what it reads from its input. */
export function runsInput({ words: [first = "", ...others] }: { readonly words: readonly string[] }): boolean {
  const [name = "", ...options] = others.length === 0 ? first.trim().split(/\s+/u) : [first, ...others];
  return shellPath.test(name) && options.every((one) => readsInput.test(one) && one !== "-c");
}

/**
 * The texts of whole lines in a source that starts a shell without a script: what it writes to the shell is among them.
 * An escaped end of a line is one.
 */
export function* textsForInput(code: string): Iterable<{ readonly index: number; readonly text: string }> {
  for (const { index, 1: filled, 2: plain } of code.matchAll(text)) {
    const written = (filled ?? plain ?? "").replaceAll(String.raw`\n`, "\n");
    if (written.includes("\n")) yield { index, text: written };
  }
}
