import { expect, it } from "vitest";
import { settingWords } from "../../../../src/formats/text/setting-words.ts";

function wordsOf(text: string): readonly string[] {
  return [...settingWords(text)].map(([word, isLine]) => (isLine ? `${word} ...` : word));
}

it("reads what values begin with in the formats of settings", () => {
  expect(wordsOf('text: {command: "pdftotext -layout {input}", other: qpdf}')).toEqual(["pdftotext ...", "qpdf"]);
  expect(wordsOf("[filters]\ngif = gifsicle --info\npdf=qpdf ; a tool")).toEqual(["gifsicle ...", "qpdf"]);
  expect(wordsOf("run:\n  - pandoc\n  - --to=html\n  - jq")).toEqual(["pandoc ...", "jq"]);
  expect(wordsOf('{"count": ["wc", "-l"], "list": ["a1", "b2"]}')).toEqual(["wc ...", "a1", "b2"]);
  expect(wordsOf("<tool name='x'>convert in.png out.pdf</tool>\n<tool>dot</tool>")).toEqual(["convert ...", "dot"]);
  expect(wordsOf("thumb,convert -resize 10 $1\nview\tmpg123 -q")).toEqual([
    "thumb",
    "convert ...",
    "view ...",
    "mpg123 ...",
  ]);
  expect(wordsOf("all: cat a.json | jq .x && bc -l")).toEqual(["cat ...", "jq ...", "bc ..."]);
});

it("reads values of attributes", () => {
  expect(wordsOf('<env name="TOOL" value="jq"/>\n<run tool="qpdf" kind="Fast">')).toEqual(["jq", "qpdf"]);
});

it("takes what stands behind another command for one", () => {
  expect(wordsOf('letters: "ps2pdf - -"')).toEqual(["ps2pdf ..."]);
  expect(wordsOf("run: 'echo own words | sha1sum'")).toEqual(["echo ...", "sha1sum ..."]);
  expect(wordsOf("both: true && false\nkinds: (jpg|zip)")).toEqual(["false ..."]);
});

it("reads no keys, no comments and no sentences", () => {
  expect(wordsOf('sort: by name\nfile: "more about it"\n# gs -q\n; gs -q\nurl: http://localhost/')).toEqual([]);
  expect(wordsOf("git => 1\nsed = 5 awk: 6")).toEqual([]);
});

it("takes a point for an argument", () => {
  expect(wordsOf("jq .\ncheck: jq . x")).toEqual(["jq ..."]);
});

it("reads nothing that a package says of itself", () => {
  const repository = '{\n  "repository": {\n    "type": "git",\n    "url": "http://localhost/a"\n  }';
  expect(wordsOf(`${repository},\n  "viewer": "jq"\n}`)).toEqual(["jq"]);
});
