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
