/** Remembers what was done, so that it is done once. */
export class Once {
  readonly #done = new Set<string>();

  /** True for a key the first time only. */
  isFirst(key: string): boolean {
    if (this.#done.has(key)) return false;
    this.#done.add(key);
    return true;
  }

  has(key: string): boolean {
    return this.#done.has(key);
  }
}
