/** Functions of Go as databases of vulnerabilities name them: `net/http.Transport.RoundTrip`. */
export class GoSymbols {
  readonly #symbols = new Set<string>();
  readonly #packages = new Set<string>();

  /** From the linker's names: `net/http.(*Transport).RoundTrip`, `slices.Sort[go.shape.int]`, `a/b%2ec.F.func1`. */
  constructor(names: readonly string[]) {
    for (const name of names) {
      const plain = withoutTypes(name);
      const dot = plain.indexOf(".", plain.lastIndexOf("/") + 1);
      if (dot <= 0) continue;
      // Go's own library has copies of other modules, which stand for them.
      const path = unescapePath(plain.slice(0, dot)).replace(/^vendor\//u, "");
      this.#packages.add(path);
      const parts = plain
        .slice(dot + 1)
        .replaceAll(/[(*)]/gu, "")
        .replace(/-fm$/u, "")
        .split(".");
      // What is in a function is that function.
      for (let count = 1; count <= parts.length; count++) {
        this.#symbols.add(`${path}.${parts.slice(0, count).join(".")}`);
      }
    }
  }

  /** True where the function is in the program, or the package where no function is given. */
  has(path: string, symbol: string | undefined): boolean {
    return symbol === undefined ? this.#packages.has(path) : this.#symbols.has(`${path}.${symbol}`);
  }
}

/** Without the type arguments of generic functions, which have dots and slashes of their own. */
function withoutTypes(name: string): string {
  let depth = 0;
  let plain = "";
  for (const character of name) {
    if (character === "[") depth++;
    if (depth === 0) plain += character;
    if (character === "]") depth--;
  }
  return plain;
}

/** The linker writes dots of the last part of a path, and other characters, as `%2e`. */
function unescapePath(path: string): string {
  return path.replaceAll(/%([0-9a-f]{2})/gu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
