/** Where in a text a word counts. */
export type WordPlace = "anywhere" | "command" | "text";

const places: Readonly<Record<WordPlace, RegExp>> = {
  anywhere: /(?<![\w./-])(\w[\w.+-]*)(?![\w/-])/gu,
  command: /(?:^|[!`("'|;&])[ \t]{0,40}(\w[\w.+-]*)(?=\s|$)/gmu,
  text: /(?:(?<!\b(?:from|gem|import|load|require(?:_relative)?)[ \t]{0,3}\(?)[`"'|;&][ \t]{0,40}(\w[\w.+-]*)(?=[\s`"'|;&])|^[ \t]{0,40}(\w[\w.+-]*)(?=[ \t]{1,9}(?:-{1,2}\w|[./|<>$][^=])))/gmu,
};
/** Words of a list in code: `qw(one two)`, `%w[one two]`. */
const list = /(?:\bqw|%[wWiIx])\s?[^\w\s=,;"']([^)\]}>|/!"']{1,400})/gu;

/** Words of protocols and constants in code, `method: "GET"`, though a package has a program of that name. */
const constant = /^[A-Z_]{3,}$/u;

/** What a package says of itself in JSON, for people and registries: `"repository": {"type": "git"}` starts nothing. */
const described =
  /"(?:authors?|bugs|contributors|description|funding|homepage|keywords|licen[cs]e|repositor(?:y|ies)|support)"\s{0,20}:\s{0,20}(?:"(?:[^"\\]|\\.){0,2000}"|\[[^\]]{0,4000}\]|\{[^{}]{0,2000}\})/gu;

/** The text without what a package says of itself. */
export function withoutDescription(text: string): string {
  return text.replaceAll(described, "");
}

/**
 * Words of the lines without comments: all of them, those where a command may stand, or those that begin a text, as in
 * code, where other words are names of its own (`from tool import Tool`) and of modules (`require "tool"`). A part of a
 * path is no word.
 */
export function placedWords(text: string, place: WordPlace): ReadonlySet<string> {
  const lines = withoutDescription(text).replaceAll(/^[ \t]*(?:#(?!!)|;|\/\/).*$/gmu, "");
  const words = Array.from(lines.matchAll(places[place]), ([, word, other = ""]) => word ?? other);
  const listed = place === "text" ? Array.from(lines.matchAll(list), ([, one = ""]) => one.split(/\s+/u)).flat() : [];
  const all = new Set([...words, ...listed]);
  return place === "text" ? new Set([...all].filter((word) => !constant.test(word))) : all;
}
