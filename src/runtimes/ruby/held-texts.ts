/** Texts that a source puts into a name once: `dir = "#{__dir__}/sasl"`, `DIR = "kit/parts"`. */
export type HeldTexts = ReadonlyMap<string, string>;

const assignment =
  /^[ \t]*([A-Za-z_]\w{0,60})[ \t]*=[ \t]*(?:"((?:#\{__dir__\})?[\w/.-]{1,200})"|'([\w/.-]{1,200})'|File\.(?:expand_path\([ \t]*["'](?<expanded>[\w/.-]{1,200})["'][ \t]*,[ \t]*__dir__|join\([ \t]*__dir__[ \t]*,[ \t]*["'](?<joined>[\w/.-]{1,200})["'])[ \t]*\))(?:\.freeze)?[ \t]*$/gmu;

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
  for (const { 1: name = "", 2: double, 3: single, groups: { expanded, joined } = {} } of matches) {
    const below = expanded ?? joined;
    const text = below === undefined ? (double ?? single ?? "") : `#{__dir__}/${below}`;
    if (counts.get(name) === 1) held.set(name, text);
  }
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
