/** A library that others pack into their files, and how its version can be read there. */
export interface KnownLibrary {
  readonly name: string;
  /** Vendor and product of its CPE. */
  readonly cpe: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Texts that stand in each build of it, and in nothing that only uses it. */
  readonly texts: readonly string[];
  /** The version: the first group, in the bytes of the file as Latin-1. */
  readonly version: RegExp;
  /** Of the start of the file's name that a user of the library needs: such a file has it outside. */
  readonly soname: string;
  /** How sure it is that the version is that of the library: 0 to 1. */
  readonly confidence: number;
  /** The version as the library's own makers write it. */
  readonly toVersion?: (text: string) => string;
}

/** Sorted by name. */
export const knownLibraries: readonly KnownLibrary[] = [
  {
    name: "bzip2",
    cpe: "bzip:bzip2",
    license: "bzip2-1.0.6",
    texts: ["bzip2/libbzip2"],
    version: /\0(1\.0\.\d+), \d{1,2}-[A-Z][a-z]{2}-\d{4}/u,
    soname: "libbz2.",
    confidence: 0.9,
  },
  {
    name: "curl",
    cpe: "haxx:libcurl",
    license: "curl",
    texts: ["libcurl/"],
    version: /libcurl\/(\d+\.\d+\.\d+)/u,
    soname: "libcurl",
    confidence: 0.9,
  },
  {
    name: "expat",
    cpe: "libexpat_project:libexpat",
    license: "MIT",
    texts: ["expat_1", "expat_2"],
    version: /expat_(\d+\.\d+\.\d+)/u,
    soname: "libexpat",
    confidence: 0.9,
  },
  {
    name: "icu",
    cpe: "icu-project:international_components_for_unicode",
    license: "Unicode-3.0",
    texts: ["icudt"],
    version: /icudt(\d{2,3})[lbe]?(?:-|_dat|\.dat|\0)/u,
    soname: "libicu",
    confidence: 0.8,
  },
  {
    name: "libarchive",
    cpe: "libarchive:libarchive",
    license: "BSD-2-Clause",
    texts: ["libarchive 3"],
    version: /libarchive (\d+\.\d+\.\d+)/u,
    soname: "libarchive",
    confidence: 0.9,
  },
  {
    name: "libjpeg-turbo",
    cpe: "libjpeg-turbo:libjpeg-turbo",
    license: "IJG AND BSD-3-Clause AND Zlib",
    texts: ["libjpeg-turbo version"],
    version: /libjpeg-turbo version (\d+\.\d+(?:\.\d+)?)/u,
    soname: "libjpeg",
    confidence: 0.9,
  },
  {
    name: "libpng",
    cpe: "libpng:libpng",
    license: "libpng-2.0",
    texts: ["libpng version 1"],
    version: /libpng version (\d+\.\d+\.\d+)/u,
    soname: "libpng",
    confidence: 0.9,
  },
  {
    name: "libssh2",
    cpe: "libssh2:libssh2",
    license: "BSD-3-Clause",
    texts: ["SSH-2.0-libssh2_"],
    version: /SSH-2\.0-libssh2_(\d+\.\d+\.\d+)/u,
    soname: "libssh2",
    confidence: 0.9,
  },
  {
    name: "libtiff",
    cpe: "libtiff:libtiff",
    license: "libtiff",
    texts: ["LIBTIFF, Version"],
    version: /LIBTIFF, Version (\d+\.\d+\.\d+)/u,
    soname: "libtiff",
    confidence: 0.9,
  },
  {
    name: "libxml2",
    cpe: "xmlsoft:libxml2",
    license: "MIT",
    texts: ["XML_CATALOG_FILES"],
    // 2.15.4 is 21504.
    version: /\0(2(?:0[5-9]|1\d)\d{2})(?:-[\w.-]+)?\0/u,
    soname: "libxml2",
    confidence: 0.7,
    toVersion: (text) => [text.slice(0, 1), text.slice(1, 3), text.slice(3, 5)].map(Number).join("."),
  },
  {
    name: "nghttp2",
    cpe: "nghttp2:nghttp2",
    license: "MIT",
    texts: ["nghttp2/1"],
    version: /nghttp2\/(\d+\.\d+\.\d+)/u,
    soname: "libnghttp2",
    confidence: 0.8,
  },
  {
    name: "openssl",
    cpe: "openssl:openssl",
    license: "Apache-2.0",
    texts: ["OpenSSL 1.", "OpenSSL 3.", "OpenSSL 4."],
    version: /OpenSSL (\d+\.\d+\.\d+[a-z]*) +\d{1,2} [A-Z][a-z]{2} \d{4}/u,
    soname: "libcrypto",
    confidence: 0.9,
  },
  {
    name: "pcre2",
    cpe: "pcre:pcre2",
    license: "BSD-3-Clause",
    texts: ["PCRE2_"],
    version: /\0(10\.\d{2}(?:\.\d+)?) 20\d{2}-\d{2}-\d{2}\0/u,
    soname: "libpcre2",
    confidence: 0.8,
  },
  {
    name: "sqlite",
    cpe: "sqlite:sqlite",
    license: "blessing",
    texts: ["SQLite format 3"],
    version: /\0(3\.\d{1,2}\.\d{1,2})\0/u,
    soname: "libsqlite3",
    confidence: 0.7,
  },
  {
    name: "zlib",
    cpe: "zlib:zlib",
    license: "Zlib",
    texts: ["deflate 1.", "inflate 1."],
    version: /(?:de|in)flate (1\.[\w.]+) Copyright/u,
    soname: "libz.",
    confidence: 0.9,
  },
];

/** What lists beside prebuilt addons leave out of names. */
const shortNames: Readonly<Record<string, string>> = {
  archive: "libarchive",
  exif: "libexif",
  ffi: "libffi",
  heif: "libheif",
  imagequant: "libimagequant",
  nsgif: "libnsgif",
  png: "libpng",
  rsvg: "librsvg",
  spng: "libspng",
  tiff: "libtiff",
  uhdr: "libultrahdr",
  vips: "libvips",
  webp: "libwebp",
  xml2: "libxml2",
};

/** The name that a library of a list has elsewhere. */
export function fullName(listed: string): string {
  return shortNames[listed] ?? listed;
}
