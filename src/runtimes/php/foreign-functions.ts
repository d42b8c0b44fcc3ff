/** The libraries that a header for FFI is bound to: `#define FFI_LIB "libz.so.1"`. */
export function librariesOf(header: string): readonly string[] {
  return [...header.matchAll(/^[ \t]*#[ \t]*define[ \t]+FFI_LIB[ \t]+"([^"\n]+)"/gmu)].map((match) => match[1] ?? "");
}

/** Calls the library of foreign functions, by its own name or by one that `use FFI as C;` gives. */
export const opensLibraries: RegExp =
  /(?<![\w$\\])\\?FFI\s*::\s*(?:cdef|load|scope)\b|^[ \t]*use\s+\\?FFI(?:\s+as\s+\w+)?\s*;/mu;
