import type { Span } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../../formats/llb/graph.ts";
import { type LineRange, lineRangeOf } from "../../formats/llb/source-map.ts";

/** A place as the answers of subrequests have it: JSON of pb.Location. */
export interface JsonLocation {
  readonly sourceIndex: number;
  readonly ranges: readonly LineRange[];
}

/** The place of a span in the list of sources that goes with the answer; undefined where its file is not among them. */
export function toLocation(span: Span | undefined, files: readonly SourceFile[]): JsonLocation | undefined {
  const sourceIndex = files.findIndex((file) => file.name === span?.file);
  return span === undefined || sourceIndex === -1 ? undefined : { sourceIndex, ranges: [lineRangeOf(span)] };
}

export function toBase64({ bytes }: SourceFile): string {
  return Buffer.from(bytes).toString("base64");
}

/** Rows as columns of one width each, the first row as their heads. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
