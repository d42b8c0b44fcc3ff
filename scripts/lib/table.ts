import type { ImageStatistics } from "./image-statistics.ts";

/** The figures of two images side by side, and what is left in percent. */
export function beforeAndAfter(before: ImageStatistics, after: ImageStatistics): string {
  const rows: readonly (readonly [string, number, number])[] = [
    ["bytes", before.bytes, after.bytes],
    ["files", before.files, after.files],
    ["packages", before.packages, after.packages],
    ["executables", before.executables, after.executables],
    ["shells", before.shells, after.shells],
  ];
  const cells = [
    ["", "before", "after", "left"],
    ...rows.map(([name, old, now]) => [
      name,
      grouped(old),
      grouped(now),
      old === 0 ? "" : `${((now / old) * 100).toFixed(1)} %`,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
