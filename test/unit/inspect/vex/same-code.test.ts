import { expect, test } from "vitest";
import { commonName, libraryStem, listedLibraries, tracesOf } from "../../../../src/inspect/vex/same-code.ts";

test("a library has one name, whatever its version and the hash of a wheel", () => {
  expect(
    ["libexpat.so.1.9.0", "libexpat-1a2b3c4d.so.1", "libexpat.so", "libglib-2.0.so.0", "expat"].map(libraryStem),
  ).toEqual(["libexpat", "libexpat", "libexpat", "libglib-2.0", undefined]);
});

test("ecosystems name the same code in their own ways", () => {
  const names = [
    "python3-yaml",
    "PyYAML",
    "node-ms",
    "@types/ms",
    "libxml2",
    "xml2",
    "nodejs",
    "node",
    "python3.13",
    "lcms2",
  ];
  expect(names.map(commonName)).toEqual(["yaml", "pyyaml", "ms", "ms", "xml", "xml", "node", "node", "python", "lcms"]);
});

test("traces of a source package are texts of its library and the names of its files", () => {
  expect(tracesOf("expat", ["libexpat.so.1"])).toEqual(["expat_2", "libexpat"]);
  expect(tracesOf("sqlite3", [])).toEqual(["SQLite format 3"]);
  expect(tracesOf("openssl1.1", [])).toEqual(["OpenSSL 1.", "OpenSSL 3.", "OpenSSL 4."]);
  expect(tracesOf("bash", ["bash"])).toEqual([]);
});

test("a list of libraries beside an addon is read, and other JSON is none", () => {
  expect(listedLibraries('{\n  "expat": "2.6.2",\n  "zlib-ng": "2.1.6"\n}')).toEqual(["expat", "zlib-ng"]);
  expect(listedLibraries('{"name": "x", "versions": {"a": "1"}}')).toEqual([]);
  expect(listedLibraries("no JSON")).toEqual([]);
});
