import type { Word } from "unbash";
import type { ShellScript } from "./syntax.ts";

/** True for a word that is nothing but a variable which neither the script nor the environment sets. */
export function isUnset(
  word: Pick<Word, "text">,
  scope: { readonly env: Readonly<Record<string, string>>; readonly assigned: ShellScript["assigned"] },
): boolean {
  const name = /^"?\$(?:\{(\w+)\}|(\w+))"?$/u.exec(word.text);
  const variable = name?.[1] ?? name?.[2] ?? "";
  return /^[A-Za-z_]/u.test(variable) && !scope.assigned.has(variable) && !Object.hasOwn(scope.env, variable);
}
