/**
 * When an import statement runs: `always` = with the module, unconditionally; `main` = only in the module that is run
 * as a script; `never` = for type checkers and on other systems; `sometimes` = anything else (a function, a branch,
 * `try`).
 */
export type ImportTime = "always" | "sometimes" | "main" | "never";

/** One module that an import statement names. */
export interface ImportStatement {
  /** `a.b` of `import a.b` and of `from a.b import c`; empty for `from . import c`. */
  readonly module: string;
  /** The number of leading dots. */
  readonly level: number;
  /** The names that `from` takes out of the module, `*` for everything; undefined for a plain import. */
  readonly names: readonly string[] | undefined;
  readonly time: ImportTime;
}

const word = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;

/**
 * Reads the statement whose keyword ends at `position` and adds what it imports to `imports`. Answers where the source
 * goes on; on text that is not an import statement it stops at the first token that does not fit.
 */
export function readImport(
  source: string,
  position: number,
  statement: { readonly keyword: "import" | "from"; readonly time: ImportTime },
  imports: ImportStatement[],
): number {
  const cursor: Cursor = { source, position, isBracketed: false };
  if (statement.keyword === "import") {
    do {
      const module = readDotted(cursor);
      if (module === "") break;
      imports.push({ module, level: 0, names: undefined, time: statement.time });
      skipAlias(cursor);
    } while (take(cursor, ","));
    return cursor.position;
  }
  let level = 0;
  while (take(cursor, ".")) level += 1;
  const module = readDotted(cursor, "import");
  if ((level === 0 && module === "") || readWord(cursor) !== "import") return cursor.position;
  imports.push({ module, level, names: readNames(cursor), time: statement.time });
  return cursor.position;
}

/** The position of the newline that ends the line, or the end of the source. */
export function endOfLine(source: string, position: number): number {
  const end = source.indexOf("\n", position);
  return end < 0 ? source.length : end;
}

interface Cursor {
  readonly source: string;
  position: number;
  /** Inside brackets newlines and comments are blanks. */
  isBracketed: boolean;
}

function readNames(cursor: Cursor): readonly string[] {
  if (take(cursor, "*")) return ["*"];
  cursor.isBracketed = take(cursor, "(");
  const names: string[] = [];
  do {
    const name = readWord(cursor);
    if (name === "") break;
    names.push(name);
    skipAlias(cursor);
  } while (take(cursor, ","));
  if (cursor.isBracketed) take(cursor, ")");
  return names;
}

function readDotted(cursor: Cursor, end?: string): string {
  let name = "";
  do {
    const start = cursor.position;
    const part = readWord(cursor);
    if (part === "" || part === end) {
      cursor.position = start;
      break;
    }
    name += name === "" ? part : `.${part}`;
  } while (take(cursor, "."));
  return name;
}

function skipAlias(cursor: Cursor): void {
  const start = cursor.position;
  if (readWord(cursor) === "as") readWord(cursor);
  else cursor.position = start;
}

function readWord(cursor: Cursor): string {
  skipBlanks(cursor);
  word.lastIndex = cursor.position;
  const found = word.exec(cursor.source)?.[0] ?? "";
  cursor.position += found.length;
  return found;
}

function take(cursor: Cursor, character: string): boolean {
  const start = cursor.position;
  skipBlanks(cursor);
  if (cursor.source.charAt(cursor.position) === character) {
    cursor.position += 1;
    return true;
  }
  cursor.position = start;
  return false;
}

function skipBlanks(cursor: Cursor): void {
  for (;;) {
    const character = cursor.source.charAt(cursor.position);
    if (character === " " || character === "\t" || character === "\f") cursor.position += 1;
    else if (character === "\\") cursor.position += cursor.source.startsWith("\r\n", cursor.position + 1) ? 3 : 2;
    else if (cursor.isBracketed && (character === "\n" || character === "\r")) cursor.position += 1;
    else if (cursor.isBracketed && character === "#") cursor.position = endOfLine(cursor.source, cursor.position);
    else return;
  }
}
