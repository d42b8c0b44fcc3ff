/**
 * Codecs that the interpreter, its libraries and protocols ask for by names that no source shows: Unicode, ASCII, Latin
 * and the defaults of file formats. Others come when a source names them.
 */
export const basicCodecs: readonly string[] = [
  "aliases",
  "ascii",
  "charmap",
  "cp1252",
  "cp437",
  "idna",
  "iso8859_1",
  "latin_1",
  "punycode",
  "raw_unicode_escape",
  "unicode_escape",
  "utf_16",
  "utf_16_be",
  "utf_16_le",
  "utf_8",
  "utf_8_sig",
];

/** Words of programs that decode text in whatever encoding they are told: all codecs come. */
export const anyCodecWords: readonly string[] = [
  "apparent_encoding",
  "chardet",
  "charset_normalizer",
  "cchardet",
  "decode_header",
  "get_content_charset",
];

const anyCodecWord = new RegExp(anyCodecWords.join("|"), "u");

/** True when a source handles text of any encoding. */
export function wantsEveryCodec(text: string): boolean {
  return anyCodecWord.test(text);
}

/**
 * Calls that are given an encoding by a name which is no text: `text.decode(row["encoding"])`,
 * `open(path, encoding=code)`, `str(data, charset)`.
 */
const namedCodec =
  /\.(?:de|en)code\([ \t]{0,20}(?=[A-Za-z_])[^)\n]{0,80}(?:encoding|charset|codec|codepage|\benc\b)(?![ \t]*=)|\b(?:str|bytes|TextIOWrapper)\([^)\n"']{1,80},[ \t]{0,9}[\w.]{0,60}(?:encoding|charset|codec|codepage|\benc)\b|\bencoding[ \t]{0,20}=[ \t]{0,20}(?!None\b|[rbuf]?["'])[A-Za-z_]|\bcodecs\.\w{1,20}\([^)\n"']{1,80}\)/iu;

/** A text that a skeleton has for such calls. */
export const namedCodecWord = ".decode(encoding)";

/** True for a source that decodes text in an encoding which only the run tells. */
export function decodesByName(text: string): boolean {
  return namedCodec.test(text);
}

/** But for UTF-8, which every process has. */
const declaredCodec = /coding[=:]\s{0,4}["']?(?!utf-?8\b)([A-Za-z][\w-]{1,30})/giu;

/** Encodings that a text declares: `<?xml version="1.0" encoding="cp1250"?>`, `# -*- coding: cp949 -*-`. */
export function declaredCodecsIn(text: string): readonly string[] {
  return text.includes("coding") ? [...text.matchAll(declaredCodec)].map(([, one = ""]) => one) : [];
}

/** Reads the table of `encodings/aliases.py`: alias to module. */
export function parseAliases(text: string): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const [, alias = "", module = ""] of text.matchAll(/'(\w+)'[ \t]*:[ \t]*'(\w+)'/gu)) aliases.set(alias, module);
  return aliases;
}

/** The form of an encoding's name under which `encodings` looks it up. */
export function normaliseEncoding(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9.]+/gu, "_");
}
