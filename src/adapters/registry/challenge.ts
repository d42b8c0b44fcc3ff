/** One way to prove who one is, as a registry names it (RFC 9110 section 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const maximumLength = 16 * 1024;

/** Parses the values of `WWW-Authenticate`; stops at what it does not understand. */
export function parseChallenges(values: readonly string[]): readonly Challenge[] {
  return values.flatMap((value) => (value.length > maximumLength ? [] : parseOne(value)));
}

function parseOne(text: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
  let at = 0;
  const skip = (characters: string): void => {
    while (at < text.length && characters.includes(text[at] ?? "")) at++;
  };
  const readToken = (): string | undefined => {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  while (at < text.length) {
    skip(" \t,");
    const name = readToken();
    if (name === undefined) break;
    skip(" \t");
    if (text[at] !== "=") {
      challenges.push({ scheme: name.toLowerCase(), parameters: {} });
      continue;
    }
    at++;
    skip(" \t");
    const value = text[at] === '"' ? readQuoted() : readToken();
    const current = challenges.at(-1);
    if (value === undefined || current === undefined) break;
    current.parameters[name.toLowerCase()] ??= value;
  }
  return challenges;

  function readQuoted(): string | undefined {
    let value = "";
    for (at++; at < text.length; at++) {
      if (text[at] === '"') {
        at++;
        return value;
      }
      if (text[at] === "\\") at++;
      value += text[at] ?? "";
    }
    return undefined;
  }
}
