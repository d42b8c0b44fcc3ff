/** The words of a command, with their quotes taken away; undefined for a command of which a shell makes more. */
export function splitShellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (const character of text) {
    if (quote === "" && /[;|<>`$*?&(){}\\]/u.test(character)) return undefined;
    if (quote === '"' && /[`$\\]/u.test(character)) return undefined;
    if (character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
    } else if (quote === "" && /\s/u.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
