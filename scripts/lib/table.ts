import type { ImageStatistics } from "./image-statistics.ts";

/** The figures of two trees side by side, by their names, and what is left in percent. */
export function beforeAndAfter(trees: Readonly<Record<string, ImageStatistics>>): string {
  const [[old, before] = none, [now, after] = none] = Object.entries(trees);
  const rows: readonly (readonly [string, number, number])[] = [
    ["bytes", before.bytes, after.bytes],
    ["files", before.files, after.files],
    ["packages", before.packages, after.packages],
    ["executables", before.executables, after.executables],
    ["shells", before.shells, after.shells],
  ];
  const cells = [
    ["", old, now, "left"],
    ...rows.map(([name, many, few]) => [
      name,
      grouped(many),
      grouped(few),
      many === 0 ? "" : `${((few / many) * 100).toFixed(1)} %`,
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

const none = ["", { bytes: 0, files: 0, packages: 0, executables: 0, shells: 0 }] as const;

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
