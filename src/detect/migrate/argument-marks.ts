/* An argument of the spec in a text that is being made. Other dollar signs are escaped where the spec is written. */
const start = "\uE000";
const end = "\uE001";

/** An argument of the spec, as a part of a text. */
export function argumentMark(name: string): string {
  return `${start}${name}${end}`;
}

/** The text of a spec with its arguments. */
export function writeArguments(text: string): string {
  return text.replaceAll(new RegExp(`${start}(\\w+)${end}`, "gu"), (_, name: string) => `\${${name}}`);
}

/** The same for a text that is read by people. */
export function plainText(text: string): string {
  return text.replaceAll(start, "$").replaceAll(end, "");
}
