/**
 * A path of a system that is put together of texts: `join("/usr/share", "dict", name)`, `Path("/usr/share") / "dict"`.
 */
const joined =
  /\b(?:join|joinpath|catfile|catdir|(?:Pure)?(?:Posix)?Path|Pathname(?:\.new)?)\(\s{0,20}["'](\/[\w.+/-]{1,100})["'](?:\s{0,20}\))?((?:\s{0,20}[,/+]\s{0,20}["'][\w.+/-]{1,100}["']){1,8})(\s{0,20}[,/+]\s{0,20}(?=[^\s"'#]))?/gu;
const joins = ["join(", "joinpath(", "catfile(", "catdir(", "Path(", "Pathname(", "Pathname.new("];
const part = /["']([^"']+)["']/gu;

/**
 * Absolute paths that a source puts together of texts alone; one that goes on with what only the run tells ends with a
 * slash: `/usr/share/dict/`. In the order of the text, each once.
 */
export function joinedPathTexts(code: string): readonly string[] {
  if (!joins.some((text) => code.includes(text))) return [];
  const found = new Set<string>();
  for (const [, first = "", others = "", open] of code.matchAll(joined)) {
    const parts = [first, ...[...others.matchAll(part)].map(([, text = ""]) => text)];
    const last = parts.findLastIndex((one) => one.startsWith("/"));
    const path = parts
      .slice(last)
      .join("/")
      .replaceAll(/\/{2,}/gu, "/");
    found.add(open === undefined ? path : `${path}/`);
  }
  return [...found];
}
