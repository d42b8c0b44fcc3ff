/** Texts that a source puts into a name once: `dir = "#{__dir__}/sasl"`, `DIR = "kit/parts"`. */
export type HeldTexts = ReadonlyMap<string, string>;

const assignment =
  /^[ \t]*([A-Za-z_]\w{0,60})[ \t]*=[ \t]*(?:"((?:#\{__dir__\})?[\w/.-]{1,200})"|'([\w/.-]{1,200})')(?:\.freeze)?[ \t]*$/gmu;

/** Reads names that hold a text; one that is given anything else as well holds none. */
export function heldTextsIn(code: string): HeldTexts {
  const held = new Map<string, string>();
  const counts = new Map<string, number>();
  const matches = [...code.matchAll(assignment)];
  if (matches.length === 0) return held;
  for (const [, name = ""] of code.matchAll(
    /(?<![\w.:@$])([A-Za-z_]\w{0,60})[ \t]*(?:(?:[+|&]{1,2}|<<)?=(?![=~>])|<<)/gu,
  ))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const [, name = "", double, single] of matches)
    if (counts.get(name) === 1) held.set(name, double ?? single ?? "");
  return held;
}

/** An argument with what such names hold in their place: `"#{dir}/external"`, `dir`. */
export function withHeld(argument: string, held: HeldTexts): string {
  if (held.size === 0) return argument;
  const [whole = "", name = ""] = /^([A-Za-z_]\w*)(?=[ \t]*(?:$|[\n)#;]|if\b|unless\b))/u.exec(argument) ?? [];
  const alone = held.get(name);
  if (alone !== undefined) return `"${alone}"${argument.slice(whole.length)}`;
  return argument.replaceAll(/#\{(\w+)\}/gu, (part, inner: string) => held.get(inner) ?? part);
}
