import { z } from "zod";
import type { RegistryFault } from "../support/registry/faults.ts";
import { readResults, today, writeResults } from "../support/results.ts";
import { promiseTable } from "./registry-promises.ts";
import { table } from "./tables.ts";

const path = "test/bench/results.json";

/** What clients do with a registry that misbehaves. */
export interface FaultResults {
  readonly measured: string;
  /** The programs that copied an image, Pith first. */
  readonly clients: readonly {
    readonly title: string;
    readonly longestSeconds: number;
    readonly peakMegabytes: number;
  }[];
  readonly faults: readonly {
    readonly side: "pull" | "push";
    readonly name: string;
    readonly expected: "recovers" | "refuses";
    /** What each client did: `ok`, or what was wrong. */
    readonly answers: readonly string[];
  }[];
}

const schema: z.ZodType<FaultResults> = z.strictObject({
  measured: z.string(),
  clients: z.array(z.strictObject({ title: z.string(), longestSeconds: z.number(), peakMegabytes: z.number() })),
  faults: z.array(
    z.strictObject({
      side: z.enum(["pull", "push"]),
      name: z.string(),
      expected: z.enum(["recovers", "refuses"]),
      answers: z.array(z.string()),
    }),
  ),
});

/** How a client met one fault. */
export interface Score {
  readonly problem: string | undefined;
  readonly seconds: number;
  readonly megabytes: number;
}

export function readFaults(): FaultResults {
  return readResults(path, schema);
}

export function writeFaults(results: FaultResults): void {
  writeResults(path, results);
}

export function resultsOf(
  faults: readonly RegistryFault[],
  columns: readonly { readonly title: string; readonly scores: readonly Score[] }[],
): FaultResults {
  const most = (scores: readonly Score[], key: "seconds" | "megabytes"): number =>
    Math.round(Math.max(...scores.map((one) => one[key])));
  return {
    measured: today(),
    clients: columns.map(({ title, scores }) => ({
      title,
      longestSeconds: most(scores, "seconds"),
      peakMegabytes: most(scores, "megabytes"),
    })),
    faults: faults.map(({ side, name, expected }, index) => ({
      side,
      name,
      expected,
      answers: columns.map(({ scores }) => scores[index]?.problem ?? "ok"),
    })),
  };
}

/** The figures of the clients, the promises, and each fault, as Markdown tables. */
export function printFaults({ clients, faults }: FaultResults): string {
  const passed = (client: number): string => String(faults.filter(({ answers }) => answers[client] === "ok").length);
  const titles = clients.map(({ title }) => title);
  return [
    table(
      ["", `of ${String(faults.length)} faults`, "longest, s", "peak memory, MB"],
      clients.map(({ title, longestSeconds, peakMegabytes }, index) => [
        title,
        passed(index),
        String(longestSeconds),
        String(peakMegabytes),
      ]),
    ),
    promiseTable(
      titles,
      faults.map(({ name, answers }) => ({ name, isFine: answers.map((answer) => answer === "ok") })),
    ),
    table(
      ["side", "fault", "should", ...titles],
      faults.map(({ side, name, expected, answers }) => [side, name, expected, ...answers]),
    ),
  ].join("\n\n");
}
