import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../scripts/lib/project.ts";

/** A block of code of a document. */
export interface DocumentBlock {
  /** The document, from the project's folder. */
  readonly document: string;
  /** The line of its fence. */
  readonly line: number;
  readonly language: string;
  /** The rest of the fence's line. */
  readonly mark: string;
  readonly code: string;
  /** It stands below "Bad": it shows a mistake. */
  readonly isBad: boolean;
}

/** Where a block of shell commands runs: with its document, in another test, or nowhere here. */
export type ShellMark =
  | { readonly kind: "run" }
  | { readonly kind: "run-by"; readonly file: string }
  | { readonly kind: "not-run"; readonly why: string };

/** The blocks of every document that people write, in order. */
export function documentBlocks(): readonly DocumentBlock[] {
  return globSync(["*.md", "docs/**/*.md", "examples/*/README.md"], { cwd: projectFolder }).sort().flatMap(blocksOf);
}

/**
 * Reads the mark of a block of shell commands: nothing (its document's test runs it), `run-by="FILE"` (that test does)
 * or `not-run="REASON"`. Undefined for any other.
 */
export function shellMark({ mark }: Pick<DocumentBlock, "mark">): ShellMark | undefined {
  if (mark === "") return { kind: "run" };
  const { kind, text = "" } = /^(?<kind>run-by|not-run)="(?<text>[^"]+)"$/u.exec(mark)?.groups ?? {};
  if (kind === "run-by") return { kind, file: text };
  return kind === "not-run" ? { kind, why: text } : undefined;
}

function blocksOf(document: string): readonly DocumentBlock[] {
  const text = readFileSync(join(projectFolder, document), "utf8");
  const fences = /^(?<indent> *)```(?<language>\S*)(?<mark>[^\n]*)\n(?<code>[^]*?)^ *```$/gmu;
  return [...text.matchAll(fences)].map((match) => {
    const { indent = "", language = "", mark = "", code = "" } = match.groups ?? {};
    const before = text.slice(0, match.index);
    const heading = before.split("\n").findLast((line) => line.startsWith("## "));
    const lines = code.split("\n").map((line) => line.slice(indent.length));
    return {
      document,
      line: before.split("\n").length,
      language,
      mark: mark.trim(),
      code: lines.join("\n"),
      isBad: heading === "## Bad",
    };
  });
}
