import type { AssemblerResult } from "./assembler.ts";
import { allScenarios, type BuildResult, type Runs, type Scenario } from "./builds.ts";
import type { ResolverResult } from "./resolver.ts";
import type { Taken } from "./timed.ts";
import type { VerifyResult } from "./verify.ts";

const titles: Readonly<Record<Scenario, string>> = {
  cold: "cold",
  "no-op": "nothing changed",
  app: "application changed",
  "app-through": "application changed, and goes through the peer's builder",
  "app-import": "application changed by an import, and goes through the peer's builder",
  builder: "builder changed, outside the closure",
};

/** The builds as a Markdown table with a line a scenario, and what else is to be said of them. */
export function printBuilds(measured: {
  readonly store: string | undefined;
  readonly frontendBytes: number | undefined;
  readonly builds: readonly BuildResult[];
}): string {
  const rows = measured.builds.flatMap(({ example, scenarios }) =>
    allScenarios.flatMap((scenario) => {
      const runs = scenarios[scenario];
      return runs === undefined ? [] : [[example, titles[scenario], ...cellsOf(runs)]];
    }),
  );
  const notes = measured.builds.map(({ example, size, files, differing, peaks }) => {
    const same =
      differing.length === 0
        ? "the same paths"
        : `${differing.length} paths differ: ${differing.slice(0, 5).join(" ")}`;
    const images = `${megabytes(size.pith)} in ${files.pith} files, by hand ${megabytes(size.peer)} in ${files.peer}; ${same}`;
    return `- ${example}: ${images}. Peak memory: frontend ${peaks.frontend.toFixed(0)} MB, resolver ${peaks.resolver.toFixed(0)} MB.`;
  });
  const frontend =
    measured.frontendBytes === undefined ? [] : [`- Frontend image: ${megabytes(measured.frontendBytes)} compressed.`];
  return [
    `Medians of builds on the ${measured.store ?? "unknown"} store.`,
    "",
    table(["example", "build", "Dockerfile", "Pith", "ratio", "difference", "runs"], rows),
    "",
    ...notes,
    ...frontend,
    "",
  ].join("\n");
}

/** The time that `verify` adds, as a Markdown table. */
export function printVerify(results: readonly VerifyResult[]): string {
  const rows = results.flatMap(({ example, cached, changed }) => [
    [example, titles["no-op"], ...cellsOf(cached)],
    [example, titles.app, ...cellsOf(changed)],
  ]);
  return `${table(["example", "build", "without verify", "with it", "ratio", "difference", "runs"], rows)}\n`;
}

/** Distilling as Markdown tables. */
export function printAssembler({ storedBytes, unpackedBytes, files, distilled, large }: AssemblerResult): string {
  const peak = (taken: readonly Taken[]): string => `${Math.max(...taken.map((one) => one.megabytes)).toFixed(0)} MB`;
  const rows = distilled.map(({ form, pith, byHand }) => {
    const [own, other] = [pith, byHand].map((taken) => median(taken.map((one) => one.seconds)));
    const ratio = ((own ?? 0) / (other ?? 0)).toFixed(2);
    const seconds = [other, own].map((one) => `${(one ?? 0).toFixed(2)} s`);
    return [`\`${form}:\``, ...seconds, ratio, peak(byHand), peak(pith), String(pith.length)];
  });
  return [
    `An image of ${megabytes(storedBytes)}, ${megabytes(unpackedBytes)} unpacked, and ${String(files)} of its files.`,
    "",
    table(["output", "by hand", "Pith", "ratio", "peak by hand", "peak of Pith", "runs"], rows),
    "",
    table(
      ["image", "Pith", "peak memory"],
      large.map(({ name, taken }) => [name, `${taken.seconds.toFixed(2)} s`, peak([taken])]),
    ),
    "",
  ].join("\n");
}

/** The resolver's cases as a Markdown table. */
export function printResolver(results: readonly ResolverResult[]): string {
  const rows = results.map((one) => [
    one.name,
    `${one.seconds.toFixed(2)} s`,
    `${one.megabytes.toFixed(0)} MB`,
    one.growth === undefined ? "" : `${one.growth.seconds.toFixed(1)} times`,
    one.growth === undefined ? "" : `${one.growth.megabytes.toFixed(1)} times`,
    String(one.files),
  ]);
  return table(["resolver", "time", "peak memory", "time grows", "memory grows", "files kept"], rows);
}

/**
 * Medians; of ratios and differences, those of the rounds: what one round holds was built one right after the other, on
 * a machine in one state.
 */
function cellsOf({ peer, pith }: Runs): readonly string[] {
  const rounds = pith.map((ours, round) => ({ ours, theirs: peer[round] ?? Number.NaN }));
  const difference = median(rounds.map(({ ours, theirs }) => ours - theirs));
  return [
    `${median(peer).toFixed(2)} s`,
    `${median(pith).toFixed(2)} s`,
    median(rounds.map(({ ours, theirs }) => ours / theirs)).toFixed(2),
    `${difference < 0 ? "" : "+"}${difference.toFixed(2)} s`,
    String(pith.length),
  ];
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
