/** The libraries that a header for FFI is bound to: `#define FFI_LIB "libz.so.1"`. */
export function librariesOf(header: string): readonly string[] {
  return [...header.matchAll(/^[ \t]*#[ \t]*define[ \t]+FFI_LIB[ \t]+"([^"\n]+)"/gmu)].map((match) => match[1] ?? "");
}
