/**
 * Of longer texts together nothing more is kept. It has room for all the Perl of a desktop, which a dozen programs read
 * again and again: were it forgotten on the way, each of them would read all of it anew, and hold a copy of its own.
 */
const keptCharacters = 2 ** 26;

/**
 * Answers what `read` says of a text, and says it again where the same text is asked about again: each process of a
 * language reads the packages that the others read. `read` depends on its arguments alone, and nobody changes its
 * answers.
 */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  let size = 0;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before.answer;
    const answer = read(text);
    if (size + text.length > keptCharacters) {
      known.clear();
      size = 0;
    }
    size += text.length;
    known.set(text, { answer });
    return answer;
  };
}

/** The same for what depends on one more thing, such as the syntax of a language. */
export function rememberedFor<K extends object, T>(read: (text: string, by: K) => T): (text: string, by: K) => T {
  const readers = new WeakMap<K, (text: string) => T>();
  return (text, by) => {
    const reader = readers.get(by) ?? remembered((one: string) => read(one, by));
    readers.set(by, reader);
    return reader(text);
  };
}
