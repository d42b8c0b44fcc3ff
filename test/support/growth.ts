/** Four times the input: what grows with its square takes sixteen times as long. */
const factor = 4;
const tries = 3;
/** The system counts processor time in steps of a few milliseconds. */
const measurable = 30;

/**
 * How many times as long as over one piece of input the work takes over four times as much: about 4 where it looks at
 * each piece once, 16 where it looks at each for each. Garbage of earlier runs makes one run look longer, so the
 * shortest of several counts. `pieces` is how many the smaller input has. `run` is a number that no other run has: a
 * text that holds it is a new one for what remembers its answers.
 */
export function growthOf(work: (pieces: number, run: number) => void, pieces: number): number {
  let times = 1;
  const shortest = (count: number): number =>
    Math.min(...Array.from({ length: tries }, () => millisecondsOf(work, { pieces: count, times })));
  // The first run compiles the code: it may be measurable where no later one is, so all have to be.
  let small = shortest(pieces);
  while (small < measurable) {
    times *= 2;
    small = shortest(pieces);
  }
  return shortest(factor * pieces) / small;
}

let runs = 0;

function millisecondsOf(
  work: (pieces: number, run: number) => void,
  { pieces, times }: { readonly pieces: number; readonly times: number },
): number {
  const start = processorMilliseconds();
  for (let index = 0; index < times; index++) work(pieces, runs++);
  return processorMilliseconds() - start;
}

/** What this thread has used of a processor: on a busy machine, work takes longer than it costs. */
export function processorMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
