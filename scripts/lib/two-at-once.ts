/**
 * Does work on each item, in their order, two at once: package managers and compressors use a core each. Fails as the
 * first does that fails.
 */
export async function twoAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const pending = [...items];
  const worker = async (): Promise<void> => {
    for (let item = pending.shift(); item !== undefined; item = pending.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}
