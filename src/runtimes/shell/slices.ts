/** A part of the arguments, or of an array: `"${@:2}"`, `"${command[@]:1}"`. */
export interface Slice {
  /** The array; undefined for the arguments. */
  readonly array: string | undefined;
  take(list: readonly string[]): readonly string[];
}

const written = /^"?\$\{(?:[@*]|(?<array>\w+)\[[@*]\]):\s?(?<from>\d{1,4})(?::\s?(?<length>\d{1,4}))?\}"?$/u;

/** The slice that a word is, when it is nothing else and its array is known. */
export function sliceOf(text: string, arrays: ReadonlyMap<string, unknown>): Slice | undefined {
  const { array, from, length } = written.exec(text)?.groups ?? {};
  if (from === undefined || (array !== undefined && !arrays.has(array))) return undefined;
  // `$0` comes before the arguments.
  const start = array === undefined ? Number(from) - 1 : Number(from);
  if (start < 0) return undefined;
  return { array, take: (list) => list.slice(start, length === undefined ? undefined : start + Number(length)) };
}
