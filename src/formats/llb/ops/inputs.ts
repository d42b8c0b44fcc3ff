import type { Output, State } from "../state.ts";

/** Index that stands for no input: an empty file system, or no output. */
export const noIndex = -1;

/** Gives the place of a state among the inputs of the operation that is being encoded; scratch is `noIndex`. */
export type InputIndex = (state: State) => number;

/** The outputs among some states, each once, in their order. */
export function outputsOf(states: readonly State[]): readonly Output[] {
  const seen = new Map<Output["vertex"], Set<number>>();
  return states.filter((state): state is Output => {
    if (state === undefined) return false;
    const indexes = seen.get(state.vertex) ?? new Set();
    seen.set(state.vertex, indexes);
    if (indexes.has(state.index)) return false;
    indexes.add(state.index);
    return true;
  });
}
