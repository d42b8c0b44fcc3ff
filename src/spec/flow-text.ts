import type { SpecNode } from "./node.ts";

/** A value of a spec, to be written as text. */
export type SpecValue = string | number | boolean | readonly SpecValue[] | { readonly [key: string]: SpecValue };

/** What a node holds, to be written again; nothing is empty text. */
export function specValue(node: SpecNode): SpecValue {
  if (node.kind === "scalar") return node.value ?? "";
  if (node.kind === "list") return node.entries.map(specValue);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, specValue(entry.value)]));
}

/** A value on one line, as YAML's flow form. */
export function flowText(value: SpecValue): string {
  if (typeof value === "string") return scalarText(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(flowText).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, one]) => `${scalarText(key)}: ${flowText(one)}`)
    .join(", ")}}`;
}

/** Words that YAML reads as something else than text. */
const notText = /^(?:true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/iu;

/** A text in which no dollar sign is one of the spec: braces behind it are an argument, and two of them are one. */
export function escapeDollars(text: string): string {
  return text.replaceAll(/\$\$|\$\{/gu, (found) => (found === "$$" ? "$$$$" : "$${"));
}

/** A text as a scalar: plain where YAML reads it as the same text, else in double quotes. */
export function scalarText(written: string): string {
  const text = escapeDollars(written);
  const isPlain =
    /^(?:--?[A-Za-z]|[A-Za-z_./])(?:[\w ./@=+&-]|:(?=[\w/]))*$/u.test(text) &&
    !text.endsWith(" ") &&
    !notText.test(text);
  return isPlain && !/^\.\d/u.test(text) ? text : JSON.stringify(text).replaceAll(unseen, escapeUnseen);
}

/** Characters that a spec must not hold as they are: controls, formats, separators of lines, halves of pairs. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escapeUnseen(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}
