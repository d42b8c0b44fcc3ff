import type { ParameterRemoveOperation } from "unbash";
import { unknownValues, type Values } from "./printed-values.ts";

/** `${0%/*}` and others: the text without the shortest or the longest end, or beginning, that fits the pattern. */
export function withoutPattern({ texts, isComplete }: Values, { operator, operand }: ParameterRemoveOperation): Values {
  if (/[[\]$`\\]/u.test(operand.text)) return unknownValues;
  const plain = operand.text.replaceAll(/["']/gu, "");
  const source = plain
    .replaceAll(/[.+^${}()|/]/gu, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const pattern = new RegExp(`^${source}$`, "su");
  return { texts: [...new Set(texts.map((text) => cut(text, operator, pattern)))], isComplete };
}

function cut(text: string, operator: ParameterRemoveOperation["operator"], pattern: RegExp): string {
  const isEnd = operator.startsWith("%");
  const isLongest = operator.length === 2;
  for (let step = 0; step <= text.length; step++) {
    const length = isLongest ? text.length - step : step;
    const at = isEnd ? text.length - length : length;
    const removed = isEnd ? text.slice(at) : text.slice(0, at);
    if (pattern.test(removed)) return isEnd ? text.slice(0, at) : text.slice(at);
  }
  return text;
}
