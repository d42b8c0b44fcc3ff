/** Three words of letters: names, options and paths are no sentence. */
const sentence = /(?:^|[^\p{L}\p{N}/._-])\p{L}{2,} \p{L}{2,} \p{L}{2,}(?=$|[\s.,:;!?"'])/u;
const quoted = /(["'])((?:\\.|(?!\1)[^\\\n]){8,2000})\1/gu;
/** A text with more is for people: messages in a language, a page. */
const fewSentences = 50;

/** True for texts that are messages for people, most of all: more than fifty of them have sentences. */
export function areMessages(texts: Iterable<string>): boolean {
  let count = 0;
  for (const text of texts) if (sentence.test(text) && ++count > fewSentences) return true;
  return false;
}

/** The same of the texts in quotes of a file. */
export function holdsMessages(text: string): boolean {
  return areMessages(textsOf(text));
}

function* textsOf(text: string): Iterable<string> {
  for (const [, , one = ""] of text.matchAll(quoted)) yield one;
}
