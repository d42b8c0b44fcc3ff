import process from "node:process";
import { mutate } from "./mutate.ts";
import { randomFrom } from "./random.ts";
import type { Target } from "./target.ts";

export interface Fuzzing {
  readonly seed: number;
  readonly inputs: number;
  /** Called now and then, with the inputs that are done. */
  readonly onProgress?: (done: number) => void;
}

/** An input at which a reader broke its word. */
export interface Finding {
  readonly input: Buffer;
  readonly what: string;
}

export interface Figures {
  readonly inputs: number;
  /** Different answers that were seen, numbers left out: what stands for coverage here. */
  readonly answers: number;
  readonly slowestMilliseconds: number;
  readonly findings: readonly Finding[];
}

const corpusLimit = 2000;
const findingLimit = 10;
/** The time limit of an input of 64 KB. */
const slowMilliseconds = 5000;

/**
 * Hands inputs to a target: its seeds, and changes of them and of every input that got an answer not seen before. The
 * same seed gives the same inputs.
 */
export async function fuzz(target: Target, { seed, inputs, onProgress }: Fuzzing): Promise<Figures> {
  const random = randomFrom(seed);
  const corpus: Buffer[] = target.seeds.map((bytes) => Buffer.from(bytes));
  const words = target.words.map((word) => Buffer.from(word));
  const answers = new Set<string>();
  const findings: Finding[] = [];
  let slowest = 0;
  let done = 0;
  for (; done < inputs && findings.length < findingLimit; done++) {
    const seeded: Buffer = corpus[done < target.seeds.length ? done : random.below(corpus.length)] ?? Buffer.alloc(0);
    const input =
      done < target.seeds.length ? seeded : (target.repair ?? same)(mutate(seeded, { corpus, words }, random));
    // The time of the processor: a machine that does other things too takes longer for nothing.
    const start = process.cpuUsage();
    let answer: string;
    try {
      answer = (await target.run(input)).replaceAll(/\d+/gu, "0").slice(0, 200);
    } catch (failure) {
      answer = `failure: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`;
      findings.push({ input, what: answer });
    }
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    if (took > slowMilliseconds) findings.push({ input, what: `it took ${took.toFixed(0)} ms` });
    slowest = Math.max(slowest, took);
    if (!answers.has(answer)) {
      answers.add(answer);
      if (corpus.length < corpusLimit) corpus.push(input);
    }
    if (done % 5000 === 4999) onProgress?.(done + 1);
  }
  return { inputs: done, answers: answers.size, slowestMilliseconds: slowest, findings };
}

function same(bytes: Buffer): Buffer {
  return bytes;
}
