import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Coverage } from "./coverage.ts";
import type { Target } from "./target.ts";

const folder = fileURLToPath(new URL("corpus/", import.meta.url));
/** Inputs of one reader that are kept at most, and their bytes each. */
const keptInputs = 60;
const keptBytes = 4096;

/** The inputs that earlier runs kept for a target: one a line, deflated, in base64. */
export function readCorpus(target: Target): readonly Buffer[] {
  const file = fileOf(target);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => inflateRawSync(Buffer.from(line, "base64")));
}

export function writeCorpus(target: Target, inputs: readonly Buffer[]): void {
  mkdirSync(folder, { recursive: true });
  const lines = inputs.map((input) => `${deflateRawSync(input, { level: 9 }).toString("base64")}\n`);
  writeFileSync(fileOf(target), lines.toSorted().join(""));
}

/** The fewest of some inputs, small ones first, which make run what all of them do. */
export async function smallestCorpus(
  target: Target,
  inputs: readonly Buffer[],
  coverage: Coverage,
): Promise<readonly Buffer[]> {
  const kept: Buffer[] = [];
  const seen = new Set<number>();
  for (const input of inputs.toSorted((left, right) => left.length - right.length)) {
    if (input.length > keptBytes || kept.length >= keptInputs) break;
    coverage.reset();
    await target.run(Buffer.from(input));
    const found = coverage.features().filter((feature) => !seen.has(feature));
    if (found.length === 0) continue;
    for (const feature of found) seen.add(feature);
    kept.push(input);
  }
  return kept;
}

function fileOf({ name }: Target): string {
  return `${folder}${name.replaceAll(/\W+/gu, "-")}.txt`;
}
