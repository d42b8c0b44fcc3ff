/**
 * Texts by which libraries are known that others link in, by the start of their source packages' names. Each stands in
 * the bytes of every build, stripped or not.
 */
const texts: Readonly<Record<string, readonly string[]>> = {
  brotli: ["BrotliDecoder"],
  bzip2: ["bzip2/libbzip2"],
  curl: ["libcurl/"],
  expat: ["expat_2"],
  freetype: ["FreeType", "freetype"],
  harfbuzz: ["HarfBuzz", "harfbuzz"],
  icu: ["icudt"],
  "jpeg-turbo": ["libjpeg-turbo"],
  libarchive: ["libarchive "],
  libpng: ["libpng version"],
  libwebp: ["WebPDecode", "VP8X"],
  libxml2: ["XML_CATALOG_FILES"],
  libxslt: ["libxslt"],
  nghttp2: ["nghttp2"],
  openssl: ["OpenSSL 1.", "OpenSSL 3.", "OpenSSL 4."],
  pcre2: ["PCRE2_"],
  sqlite3: ["SQLite format 3"],
  tiff: ["LIBTIFF, Version"],
  zlib: ["deflate 1.", "inflate 1."],
  zstd: ["ZSTD_"],
};

/** `libexpat` for `libexpat.so.1.9.0`, and for `libexpat-1a2b3c4d.so.1` as wheels have it; undefined for no library. */
export function libraryStem(fileName: string): string | undefined {
  const [, stem] = /^(.+?)(?:-[0-9a-f]{8,})?\.so(?:\.[\w.]+)?$/u.exec(fileName) ?? [];
  return stem;
}

/** What to look for in files that may have a source package's code inside: texts of the library, and its name. */
export function tracesOf(source: string, fileNames: readonly string[]): readonly string[] {
  const known = Object.entries(texts).flatMap(([name, own]) => (isCalled(source, name) ? own : []));
  const stems = fileNames.flatMap((name) => libraryStem(name) ?? []).filter((stem) => stem.startsWith("lib"));
  return [...new Set([...known, ...stems])];
}

function isCalled(source: string, name: string): boolean {
  return source === name || source === `lib${name}` || source.replace(/[\d.-]+$/u, "") === name.replace(/\d+$/u, "");
}

/**
 * One name for what ecosystems name in their own ways: `yaml` for `python3-yaml`, `xml2` for `libxml2`, `node` for
 * `nodejs`.
 */
export function commonName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/^@[^/]+\//u, "")
    .replace(/^(?:python3?|node|ruby|golang|php|rust)-/u, "")
    .replace(/-(?:java|perl|dev)$/u, "")
    .replaceAll(/[_.]/gu, "-");
  const bare = plain.replace(/(?<=[a-z])[\d-]+$/u, "");
  if (bare === "nodejs") return "node";
  return bare.startsWith("lib") && bare.length > 4 ? bare.slice(3) : bare;
}

/** Names of the libraries that a file `versions.json` of prebuilt addons lists; empty for other files. */
export function listedLibraries(text: string): readonly string[] {
  const listed = /^\s*\{[^{}]*\}\s*$/u.test(text) ? text.matchAll(/"([\w.-]{1,60})"\s*:\s*"v?\d[\w.+-]*"/gu) : [];
  return [...listed].map(([, name = ""]) => name);
}
