/** The values of the tokens of a search path (ld.so(8), "Dynamic string tokens"); undefined drops the element. */
export interface TokenValues {
  readonly ORIGIN: string | undefined;
  readonly LIB: string | undefined;
  /** All that may hold, since the running machine decides; the plainest last. */
  readonly PLATFORM: readonly string[];
}

/**
 * The texts that an element of a search path stands for: none when a token has no value, several where the machine
 * decides. `$NAME` counts only where no name character follows; unknown names stay as they are.
 */
export function expandTokens(element: string, values: TokenValues): readonly string[] {
  let texts = [""];
  let rest = element;
  for (let at = rest.indexOf("$"); at >= 0; at = rest.indexOf("$")) {
    const token = tokenAt(rest, at);
    const before = rest.slice(0, token === undefined ? at + 1 : at);
    rest = rest.slice(token === undefined ? at + 1 : at + token.length);
    const choices = token === undefined ? [""] : choicesOf(token.name, values);
    texts = texts.flatMap((text) => choices.map((choice) => text + before + choice));
    // Tokens of foreign files multiply.
    if (texts.length > 64) return [];
  }
  return texts.map((text) => text + rest);
}

type TokenName = "ORIGIN" | "LIB" | "PLATFORM";
const tokenNames: readonly TokenName[] = ["ORIGIN", "LIB", "PLATFORM"];

function tokenAt(text: string, at: number): { name: TokenName; length: number } | undefined {
  for (const name of tokenNames) {
    if (text.startsWith(`{${name}}`, at + 1)) return { name, length: name.length + 3 };
    const next = text.charAt(at + 1 + name.length);
    if (text.startsWith(name, at + 1) && !/\w/u.test(next)) return { name, length: name.length + 1 };
  }
  return undefined;
}

function choicesOf(name: TokenName, values: TokenValues): readonly string[] {
  if (name === "PLATFORM") return values.PLATFORM;
  const value = values[name];
  return value === undefined ? [] : [value];
}
