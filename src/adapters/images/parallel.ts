/**
 * Works on everything, a few at a time, in order of the list. The first failure keeps the rest from starting, waits for
 * what runs (which can look at `hasFailed`), and is thrown.
 */
export async function forEachParallel<T>(
  values: readonly T[],
  most: number,
  work: (value: T, hasFailed: () => boolean) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const pending = values.values();
  const worker = async (): Promise<void> => {
    for (const value of pending) {
      if (failures.length > 0) return;
      try {
        await work(value, () => failures.length > 0);
      } catch (failure) {
        failures.push(failure);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, values.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
