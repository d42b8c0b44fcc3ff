import { parseSpec } from "../../src/spec/parse.ts";

/** A spec that a Markdown text shows in full, with its first line. */
interface ShownSpec {
  readonly line: number;
  readonly text: string;
}

/** The fenced specs that begin with `# syntax=` or `from:`, except those below a heading "Bad". */
function shownSpecs(text: string): readonly ShownSpec[] {
  const found: ShownSpec[] = [];
  let heading = "";
  let open: { readonly line: number; readonly lines: string[] } | undefined;
  text.split("\n").forEach((line, index) => {
    if (open !== undefined && line.startsWith("```")) {
      const isWhole = /^(?:# syntax=|from:)/.test(open.lines[0] ?? "");
      if (isWhole && heading !== "Bad") found.push({ line: open.line, text: open.lines.join("\n") });
      open = undefined;
    } else if (open !== undefined) open.lines.push(line);
    else if (line === "```yaml") open = { line: index + 2, lines: [] };
    else if (line.startsWith("#")) heading = line.replace(/^#+ /, "");
  });
  return found;
}

/** The findings of `pith lint` about the specs that a text shows, with the lines of the text. */
export async function findBadSpecs(text: string): Promise<readonly { line: number; problem: string }[]> {
  const problems = await Promise.all(
    shownSpecs(text).map(async (spec) => {
      const { checked } = await parseSpec({
        file: "pith.yaml",
        bytes: new TextEncoder().encode(spec.text),
        buildArgs: {},
        predefinedArgs: {},
        readInclude: () => Promise.resolve(undefined),
        // A document has no repository to look into.
        detect: () => Promise.resolve({ value: "from: debian:trixie-slim\nbinaries: [cat]\n", diagnostics: [] }),
      });
      return checked.diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ code, message }) => ({ line: spec.line, problem: `${code}: ${message}` }));
    }),
  );
  return problems.flat();
}
