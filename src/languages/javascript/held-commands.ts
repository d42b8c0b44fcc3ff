import type { Yield } from "../../closure/model/closure.ts";
import { begunWords } from "../command-words.ts";
import type { Reference } from "./reference.ts";

type Command = Extract<Reference, { readonly kind: "command" }>;

/** Texts of a source that begin as commands do, to be given to a function that starts them: `["sort", "-r"]`, `"nl -a | wc"`. */
export function heldCommandsIn(references: readonly Reference[]): readonly Command[] {
  const texts = references.flatMap((one) => (one.kind === "literal" && one.text.length <= 400 ? [one.text] : []));
  const words = begunWords(texts.map((text) => JSON.stringify(text)).join(", "));
  const held = new Set<string>();
  for (const text of texts) {
    const [word] = /^[a-z\d][\w.+-]*/u.exec(text) ?? [];
    if (word !== undefined && words.get(word) === true) held.add(text);
  }
  return [...held].map((text) => ({ kind: "command", text, line: 1, isGuess: true, isHeld: true }));
}

/** Programs that sources of the application hold, until one of its sources starts programs. */
export class HeldCommands {
  #isStarting = false;
  #waiting: Yield[] = [];

  hold(programs: readonly Yield[]): readonly Yield[] {
    this.#waiting.push(...programs);
    return this.#isStarting ? this.#waiting.splice(0) : [];
  }

  /** Is told that a source starts programs. */
  start(): readonly Yield[] {
    this.#isStarting = true;
    return this.#waiting.splice(0);
  }
}
