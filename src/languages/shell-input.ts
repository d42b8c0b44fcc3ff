import { quotedTexts } from "../formats/text/quoted-texts.ts";
import { unknownPart } from "./written-words.ts";

const shellPath = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|k|z)?sh$/u;
/** The mode of a pipe: `IO.popen("sh", "w")`. */
const pipeMode = /^[rwa]b?\+?$/u;
/** Writes a line of its own: `io.puts "sort x"`. */
const printed = /\b(?:puts|say|println|writeln|WriteLine)\s?\(?\s?$/u;
/** What the input of a process is called where a call has it: `stdin_data: script`. */
const isGivenInput = /\b(?:stdin_data|stdin|input)\s?(?::|=>?)/u;
/** Reads from its input, whatever other words there are. */
const readsInput = /^-[a-z]*s?$/u;

/** True for a shell that is given no script: it runs what it reads from its input. */
export function runsInput({
  words: [first = "", ...others],
  what = "",
}: {
  readonly words: readonly string[];
  readonly what?: string;
}): boolean {
  const [name = "", ...given] = others.length === 0 ? first.trim().split(/\s+/u) : [first, ...others];
  const options = isGivenInput.test(what) && given.at(-1) === unknownPart ? given.slice(0, -1) : given;
  return shellPath.test(name) && options.every((one) => (readsInput.test(one) && one !== "-c") || pipeMode.test(one));
}

/**
 * The texts of whole lines in a source that starts a shell without a script: what it writes to the shell is among them.
 * An escaped end of a line is one.
 */
export function* textsForInput(code: string): Iterable<{ readonly index: number; readonly text: string }> {
  for (const { index, text } of quotedTexts(code)) {
    const written = text.replaceAll(String.raw`\n`, "\n");
    if (written.includes("\n") || printed.test(code.slice(Math.max(0, index - 20), index)))
      yield { index, text: written };
  }
}
