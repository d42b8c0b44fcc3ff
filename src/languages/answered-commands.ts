import type { CallSyntax } from "./call-syntax.ts";
import { valuesOf, type Words, wordsAt } from "./written-words.ts";

/** A function of the source that answers the command: `git_cmd(), "log"`, `[*self.base_cmd(), "log"]`. */
const asked =
  /^[\s([]{0,40}(?:\*|\.\.\.)?(?:(?:self|this|cls)\.|\$this->|self::)?([A-Za-z_]\w{1,60})\(\s{0,20}\)\s{0,20}(?=[,)\]+;.]|$)/u;
const answer = /\breturn[ \t(]{1,20}(?=["'`[$@A-Za-z_])/gu;
const nameFirst = /^[[(\s]{0,20}([$@]?[A-Za-z_]\w*)[ \t]{0,20}(?=[,;)\]\n])/u;
const longestBody = 1200;

/** What functions of a source answer that stand for a command at a place. */
export function answeredAt(code: string, start: number, syntax: CallSyntax): readonly Words[] {
  const [, name] = asked.exec(code.slice(start, start + 120)) ?? [];
  if (name === undefined) return [];
  const defined = syntax.definition === undefined ? [] : [...code.matchAll(syntax.definition)];
  return defined.flatMap(({ index, 0: head, 1: own }, at) => {
    if (own !== name) return [];
    const from = index + head.length;
    const end = Math.min(defined[at + 1]?.index ?? code.length, from + longestBody);
    return [...code.slice(from, end).matchAll(answer)].flatMap((one) => {
      const place = from + one.index + one[0].length;
      const [, variable] = nameFirst.exec(code.slice(place, place + 100)) ?? [];
      return variable === undefined ? (wordsAt(code, place, syntax) ?? []) : valuesOf(code, variable, syntax);
    });
  });
}
