/** A here-document that a line begins: `<<"END"`, `<<~END`. */
const hereDocument = /(?<![\w)\]}$<])<<(~?)(?:(["'])([^"'\n]{1,80})\2|([A-Z_]\w*))/gu;
/** A line that may give a here-document to a command, or hold it for one. */
const mayCommand =
  /(?:[$@]\w+|\bconstant\s+\w+)\s*(?:\.|=>?)?=?\s*\\?<<|\b(?:\w*system\w*|exec|qx|readpipe|\w*run3?|capture\w*|backtick|print|printf|say|sh|bash)\b.*<</u;

interface HereDocument {
  readonly word: string;
  readonly isIndented: boolean;
  readonly isPlain: boolean;
  /** The line that begins it, and the operator there. */
  readonly at: number;
  readonly operator: string;
  readonly body: string[];
}

interface PerlCode {
  readonly code: string;
  /** The texts of here-documents. */
  readonly quoted: string;
  readonly commands: string;
  /** What lies behind `__DATA__`, where the source reads it. */
  readonly data: string;
}

/**
 * A source without documentation, comments and what lies behind `__END__`, line by line. Here-documents are told apart;
 * `commands` has those in the place of their operators which a command may be given, on as many lines.
 */
export function codeOf(text: string): PerlCode {
  const lines = text.split("\n");
  const ends = new Set(lines.map((line) => line.trim()));
  const code: string[] = [];
  const quoted: string[] = [];
  const waiting: HereDocument[] = [];
  const given: HereDocument[] = [];
  let isDocumentation = false;
  for (const line of lines) {
    const [here] = waiting;
    if (here !== undefined) {
      if ((here.isIndented ? line.trim() : line.trimEnd()) === here.word) waiting.shift();
      else here.body.push(line);
      quoted.push(line);
      code.push("");
    } else if (isDocumentation || /^=[a-zA-Z]/u.test(line)) {
      isDocumentation = !/^=cut\b/u.test(line);
      code.push("");
    } else if (/^__(?:END|DATA)__\s*$/u.test(line)) {
      // SelfLoader takes code from there.
      if (!line.startsWith("__DATA__") || !code.some((one) => /\bSelfLoader\b/u.test(one))) break;
      code.push("");
    } else if (/^\s*#/u.test(line)) {
      code.push("");
    } else {
      code.push(line);
      for (const [operator, tilde = "", quote, double, bare] of line.matchAll(hereDocument)) {
        const word = double ?? bare ?? "";
        if (!ends.has(word)) continue;
        const isPlain = quote === "'";
        const one = { word, isIndented: tilde === "~", isPlain, at: code.length - 1, operator, body: [] };
        waiting.push(one);
        if (mayCommand.test(line)) given.push(one);
      }
    }
  }
  const whole = code.join("\n");
  const data = lines.slice(code.length + 1).join("\n");
  const commands = given.length === 0 ? whole : withDocuments(code, given);
  return { code: whole, quoted: quoted.join("\n"), commands, data };
}

function withDocuments(code: readonly string[], documents: readonly HereDocument[]): string {
  const lines: (string | undefined)[] = [...code];
  for (const { at, operator, body, isPlain } of documents) {
    const before = lines[at] ?? "";
    // Signs of the shell stay as they are where Perl fills in nothing.
    const text = body.map((line) => `${line}\n`).join("");
    const quote = isPlain && !text.includes("'") ? "'" : '"';
    const escaped = quote === "'" ? text : text.replaceAll('"', String.raw`\"`);
    const place = before.indexOf(operator);
    const end = lines.indexOf("", at + 1);
    if (place === -1 || end === -1) continue;
    lines[at] = `${before.slice(0, place)}${quote}${escaped}${quote}${before.slice(place + operator.length)}`;
    // The lines that it took moved up; that of its end stays.
    for (let line = end; line < end + body.length; line++) lines[line] = undefined;
  }
  return lines.filter((line) => line !== undefined).join("\n");
}
