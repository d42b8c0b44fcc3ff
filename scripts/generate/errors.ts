import { readFileSync } from "node:fs";
import { join } from "node:path";
import { diagnosticCodes } from "../../src/diagnostics/codes.ts";
import { projectFolder } from "../lib/project.ts";

/** A code as its page shows it. */
interface ShownError {
  readonly code: string;
  readonly isWarning: boolean;
  /** The message of the first output. */
  readonly message: string;
  /** What is said below it first. */
  readonly meaning: string;
}

/** One page of all codes that the sources have, with the message and the meaning that their pages begin with. */
export function renderErrors(): Promise<string> {
  const errors = diagnosticCodes.map(readError);
  const warnings = errors.filter(({ isWarning }) => isWarning).length;
  const rows = errors.map(
    ({ code, isWarning, message, meaning }) =>
      `| [${code}](${code}.md) | ${isWarning ? "warning" : "error"} | ${inCell(`\`${message}\``)} | ${inCell(meaning)} |`,
  );
  return Promise.resolve(`<!-- Made by scripts/generate.ts from src/diagnostics/codes.ts and the pages of this folder; do not edit. -->

# Errors and warnings

\`\`\`text
pith.yaml:2:1: error LIBRARY_MISSING: cannot find libpq.so.5: needed by /app/server, not in /lib:/usr/lib
\`\`\`

Each finding has a code, and each code a page: what it means, a bad example and a good one. Search this page for a code
or for words of the message. ${String(errors.length - warnings)} of ${String(errors.length)} end the build, ${String(warnings)} are warnings, and a few are both, as
their pages say. \`--json\` prints the code as a field. [Exit codes](../guides/command-line.md) tell kinds of
failures apart.

| code | kind | what it says, for example | what it means |
| --- | --- | --- | --- |
${rows.join("\n")}
`);
}

function readError(code: string): ShownError {
  const text = readFileSync(join(projectFolder, "docs/errors", `${code}.md`), "utf8");
  const { warning, message = "" } =
    new RegExp(`^${code}(?<warning> \\(warning\\))?: (?<message>.*)$`, "mu").exec(text)?.groups ?? {};
  const below = text.slice(text.indexOf("```\n\n") + 5);
  const [paragraph = ""] = below.split("\n\n", 1);
  return { code, isWarning: warning !== undefined, message, meaning: beginningOf(paragraph.replaceAll("\n", " ")) };
}

/** The first sentence, with the next one where it is short. */
function beginningOf(paragraph: string): string {
  const [first = "", ...others] = paragraph.split(/(?<=[.!?])\s+(?=[A-Z`])/u);
  return first.length > 60 ? first : [first, ...others.slice(0, 1)].join(" ");
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
