/**
 * Parses a `.dockerignore` file into the pattern list of a local source, as the Docker CLI documents it: one pattern a
 * line, `#` starts a comment line, white space around is dropped, `!` makes an exception, a leading slash means
 * nothing, `.` and `..` components are cleaned lexically.
 */
export function parseIgnoreFile(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/u, "")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "!")
    .map((line) => {
      const isException = line.startsWith("!");
      const pattern = cleanPattern(isException ? line.slice(1).trim() : line);
      return isException ? `!${pattern}` : pattern;
    });
}

function cleanPattern(pattern: string): string {
  const components: string[] = [];
  for (const component of pattern.split("/")) {
    if (component === "" || component === ".") continue;
    if (component === ".." && components.length > 0 && components.at(-1) !== "..") components.pop();
    else if (component !== ".." || !pattern.startsWith("/")) components.push(component);
  }
  return components.length === 0 ? "." : components.join("/");
}
