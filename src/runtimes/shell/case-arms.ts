import type { Case, CaseItem, Word } from "unbash";

/** A variable that has one of some endings where a command stands: in `case "$f" in *.sh) . "$f" ;; esac`. */
export interface CaseArm {
  readonly name: string;
  readonly word: Word;
  /** What stands behind the star of each pattern. */
  readonly endings: readonly string[];
}

/** The arm of a case over one variable, where all of its patterns tell endings. */
export function armOf({ word }: Case, { pattern }: CaseItem): CaseArm | undefined {
  const name = /^"?\$\{?([A-Za-z_]\w*)\}?"?$/u.exec(word.text)?.[1];
  const endings = pattern.map(({ text }) => /^\*([\w.+-]+)$/u.exec(text)?.[1] ?? "");
  return name === undefined || endings.includes("") ? undefined : { name, word, endings };
}

/** `/hooks/*` that ends in `.sh` is `/hooks/*.sh`. */
export function endedBy(text: string, ending: string): readonly string[] {
  if (text.endsWith("*")) return [text + ending];
  return text.endsWith(ending) || /[*?\]]/u.test(text.slice(text.lastIndexOf("/"))) ? [text] : [];
}
