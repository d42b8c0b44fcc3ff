import type { Word } from "unbash";
import type { Values } from "./printed-values.ts";
import type { ShellScript } from "./syntax.ts";

/** The words of a text, as the shell splits it. */
export function wordsIn(text: string, separators = ""): readonly string[] {
  const others = separators.replaceAll(/[\\\]^-]/gu, "\\$&");
  return text.split(new RegExp(`[ \\t\\n${others}]+`, "u")).filter((part) => part !== "");
}

/** The words of a list that a loop goes through, also where the script splits them by something else: `IFS=,`. */
export function listValues(values: Values, { assigned }: Pick<ShellScript, "assigned">): Values {
  const separators = (assigned.get("IFS") ?? []).map((word) => word?.value ?? "").join("");
  return { ...values, texts: values.texts.flatMap((text) => wordsIn(text, separators)) };
}

/** On which side a list of paths gets more: `CP=$CP:$jar` behind, `CP=$jar:$CP` before; undefined for other words. */
export function sideOfMore(name: string, { text }: Pick<Word, "text">): "behind" | "before" | undefined {
  if (/^"?\$(?:\{(\w+)\}|(\w+)):/u.exec(text)?.slice(1).includes(name) === true) return "behind";
  return /:\$(?:\{(\w+)\}|(\w+))"?$/u.exec(text)?.slice(1).includes(name) === true ? "before" : undefined;
}
