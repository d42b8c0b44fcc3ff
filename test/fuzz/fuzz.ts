import process from "node:process";
import type { Coverage } from "./coverage.ts";
import { mutate } from "./mutate.ts";
import { type Random, randomFrom } from "./random.ts";
import type { Target } from "./target.ts";

export interface Fuzzing {
  readonly seed: number;
  /** How many inputs there are at most, and how long it takes at most. */
  readonly inputs?: number;
  readonly milliseconds?: number;
  /** Tells which inputs make new code run. Without it, those with an answer not seen before count as such. */
  readonly coverage?: Coverage;
  /** Inputs that earlier runs kept. */
  readonly corpus?: readonly Buffer[];
  /** Called before the target gets an input. */
  readonly onInput?: (input: Buffer) => void;
}

/** An input at which a reader broke its word. */
export interface Finding {
  readonly input: Buffer;
  readonly what: string;
}

export interface Figures {
  readonly inputs: number;
  /** Different answers that were seen, numbers left out. */
  readonly answers: number;
  readonly slowestMilliseconds: number;
  readonly findings: readonly Finding[];
  /** The inputs that brought something new. */
  readonly corpus: readonly Buffer[];
}

const corpusLimit = 4000;
const findingLimit = 10;
/** The time limit of an input of 64 KB. */
const slowMilliseconds = 5000;
/** Half of the changed inputs are those that were found last: they lead on. */
const recentInputs = 64;
/** New words come with new code. */
const wordInterval = 5000;

/**
 * Hands inputs to a target: its seeds, and changes of them and of every input that brought something new. The same seed
 * gives the same inputs.
 */
export async function fuzz(target: Target, fuzzing: Fuzzing): Promise<Figures> {
  const { inputs = Number.POSITIVE_INFINITY, milliseconds = Number.POSITIVE_INFINITY, coverage } = fuzzing;
  const random = randomFrom(fuzzing.seed);
  const given = [...target.seeds, ...(fuzzing.corpus ?? [])];
  const corpus: Buffer[] = given.map((bytes) => Buffer.from(bytes));
  const answers = new Set<string>();
  const findings: Finding[] = [];
  const end = performance.now() + milliseconds;
  let words = target.words.map((word) => Buffer.from(word));
  let slowest = 0;
  let done = 0;
  for (; done < inputs && findings.length < findingLimit && performance.now() < end; done++) {
    if (done >= given.length && (done - given.length) % wordInterval === 0) {
      words = [...target.words, ...(coverage?.words() ?? [])].map((word) => Buffer.from(word));
    }
    const input = corpusAt(corpus, done < given.length ? done : pick(corpus.length, random));
    const changed = done < given.length ? input : (target.repair ?? same)(mutate(input, { corpus, words }, random));
    coverage?.reset();
    fuzzing.onInput?.(changed);
    const { answer, took, finding } = await tryInput(target, changed);
    // Most inputs that are found break the same word.
    if (finding !== undefined && !answers.has(answer)) findings.push({ input: changed, what: finding });
    slowest = Math.max(slowest, took);
    const isNew = coverage === undefined ? !answers.has(answer) : coverage.isNew();
    answers.add(answer);
    if (isNew && done >= given.length && corpus.length < corpusLimit) corpus.push(changed);
  }
  return { inputs: done, answers: answers.size, slowestMilliseconds: slowest, findings, corpus };
}

async function tryInput(
  target: Target,
  input: Buffer,
): Promise<{ readonly answer: string; readonly took: number; readonly finding?: string }> {
  // The time of the processor: a machine that does other things too takes longer for nothing.
  const start = process.cpuUsage();
  let answer: string;
  let finding: string | undefined;
  try {
    // A target may write to what it is given.
    answer = (await target.run(Buffer.from(input))).replaceAll(/\d+/gu, "0").slice(0, 200);
  } catch (failure) {
    finding = `failure: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`;
    answer = finding.replaceAll(/\d+/gu, "0").slice(0, 200);
  }
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  if (took > slowMilliseconds) finding ??= `it took ${took.toFixed(0)} ms`;
  return { answer, took, ...(finding === undefined ? {} : { finding }) };
}

function pick(count: number, random: Random): number {
  const isRecent = random.below(2) === 0 && count > recentInputs;
  return isRecent ? count - 1 - random.below(recentInputs) : random.below(count);
}

function corpusAt(corpus: readonly Buffer[], index: number): Buffer {
  return corpus[index] ?? Buffer.alloc(0);
}

function same(bytes: Buffer): Buffer {
  return bytes;
}
