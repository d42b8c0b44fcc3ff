import type { DlopenRule } from "../closure/model/closure.ts";
import { pathTexts } from "../formats/elf/strings.ts";
import { compareBytes } from "../rootfs/rootfs.ts";
import { type DataRule, toDlopenRule } from "./data-rule.ts";
import { searched } from "./reported.ts";
import { codeRules } from "./rules.gen.ts";
import { tableRules } from "./tables.gen.ts";

/** The rules that are data, sorted by name. */
export const dataRules: readonly DataRule[] = tableRules.toSorted((left, right) => compareBytes(left.name, right.name));

/** Every dlopen rule that Pith knows, sorted by name. */
export const dlopenRules: readonly DlopenRule[] = [...codeRules, ...dataRules.map(toDlopenRule)].toSorted(
  (left, right) => compareBytes(left.name, right.name),
);

/** The texts that most objects are searched for, in one pass. */
export function searchedTexts(rules: readonly DlopenRule[]): readonly string[] {
  return [searched, ...pathTexts, ...rules.flatMap(({ searches = [] }) => searches)];
}
