/** Files of a folder as text: each begins with a line `//- PATH`. */
export function parseFolder(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^\/\/- /mu).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end).trim(), part.slice(end + 1)] as const;
    }),
  );
}
