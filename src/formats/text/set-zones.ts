/** What a text says of the time zone that it sets for its process or those that it starts. */
export interface SetZones {
  /** Names of zones, as they are written. */
  readonly names: readonly string[];
  /** True where a zone is set that only the run tells. */
  readonly isOpen: boolean;
}

/**
 * What gives the variable TZ a value: `ENV["TZ"] =`, `$ENV{TZ} =`, `process.env.TZ =`, `"TZ" =>`, `TZ: "`,
 * `putenv("TZ=`, `setdefault("TZ",`, and `TZ=` of a shell. A constant of that name does not.
 */
const setting =
  /(?:\b(?:putenv|setenv|setdefault|store|set)\s?\(\s?["'`]TZ["'`]\s?,|["'`]TZ["'`]\s?(?:=>|:)|\bTZ\s?(?:=>|:)(?=\s?(?:["'`]|[A-Z]\w+\/))|[{,]\s?TZ:|[["'`{.]TZ["'`]?[\]}]{0,2}\s?(?:\|\||\?\?|\/\/)?=(?![=~>])|(?<![\w$])TZ=(?![=~>\s]))\s?(?=([^\n]{0,200}))/gu;
const comment = /^\s*(?:#|\/\/|\*)/u;
const literal = /^(["'`])([^"'`]*)\1\s*([.+]?)/u;
/** No zone, or one without a file of its own: the old value is deleted, or the offset is in the name. */
const nowhere = /^(?:$|[;)\],|&"'`]|(?:nil|undef|None|null|undefined|false|delete)\b|[A-Z]{3,5}[\d+-]|UTC\b|GMT\b)/u;

/** Reads the time zones that a text of any language sets. */
export function zonesSet(text: string): SetZones {
  const names = new Set<string>();
  let isOpen = false;
  if (!text.includes("TZ")) return { names: [], isOpen };
  for (const match of text.matchAll(setting)) {
    const start = text.lastIndexOf("\n", match.index) + 1;
    if (comment.test(text.slice(start, match.index))) continue;
    const value = match[1] ?? "";
    const [, , quoted, joined] = literal.exec(value) ?? [];
    const name = quoted ?? /^:?[A-Z][\w+/-]*/u.exec(value)?.[0];
    if (/^["'`]\s*[.+]/u.test(value) || joined === "." || joined === "+" || /[#$%{]/u.test(quoted ?? "")) isOpen = true;
    else if (name !== undefined && /^:?[A-Z][\w+/-]*$/u.test(name)) names.add(name.replace(/^:/u, ""));
    else if (quoted === undefined && !nowhere.test(value)) isOpen = true;
  }
  return { names: [...names].sort(), isOpen };
}

/** A text in which the same zones are set. */
export function zonesText({ names, isOpen }: SetZones): string {
  return [...names.map((name) => `TZ=${name}`), ...(isOpen ? ["TZ={}"] : [])].join(" ");
}
