import { type ComparedImage, comparedTypes } from "./compare.ts";

/** A row for each ecosystem, in Markdown: what was found, and the differences by their rules. */
export function differenceTable(images: readonly ComparedImage[]): string {
  const head = ["packages of", "images", "Pith", "cdxgen", "Trivy", "missing", "extra", "unexplained"];
  const rows = comparedTypes.map((type) => {
    const having = images.filter(({ counts }) => counts[type].some((count) => count > 0));
    const sum = (index: 0 | 1 | 2): number => having.reduce((total, { counts }) => total + counts[type][index], 0);
    const differences = images.flatMap((one) => one.differences).filter((one) => one.type === type);
    const missing = differences.filter(({ side }) => side === "missing");
    const open = differences.filter(({ rule }) => rule === undefined).length;
    const counts = [having.length, sum(0), sum(1), sum(2), missing.length, differences.length - missing.length];
    return [type, ...counts, open].join(" | ");
  });
  const rules = new Map<string, number>();
  for (const { side, rule = "unexplained" } of images.flatMap((one) => one.differences)) {
    rules.set(`${side}, ${rule}`, (rules.get(`${side}, ${rule}`) ?? 0) + 1);
  }
  const lines = [head.join(" | "), head.map(() => "---").join(" | "), ...rows].map((row) => `| ${row} |`);
  return [...lines, "", ...[...rules].map(([rule, count]) => `${rule}: ${String(count)}`)].join("\n");
}
