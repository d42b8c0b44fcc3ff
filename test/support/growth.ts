/** Four times the input: what grows with its square takes sixteen times as long. */
const factor = 4;
const tries = 5;

/**
 * How many times as long as over one piece of input the work takes over four times as much: about 4 where it looks at
 * each piece once, 16 where it looks at each for each. A machine that stutters makes one run look longer, so the
 * shortest of several counts. `pieces` is how many the smaller input has.
 */
export function growthOf(work: (pieces: number) => void, pieces: number): number {
  const shortest = (count: number): number =>
    Math.min(...Array.from({ length: tries }, () => millisecondsOf(work, count)));
  return shortest(factor * pieces) / shortest(pieces);
}

function millisecondsOf(work: (pieces: number) => void, pieces: number): number {
  const start = performance.now();
  work(pieces);
  return performance.now() - start;
}
