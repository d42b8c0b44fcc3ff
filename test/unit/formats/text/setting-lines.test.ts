import { expect, it } from "vitest";
import { commandsInConfiguration } from "../../../../src/formats/text/configured-commands.ts";
import {
  librariesIn,
  namesBeside,
  pathsInConfiguration,
  valuesBeside,
} from "../../../../src/formats/text/named-paths.ts";
import { settingLines } from "../../../../src/formats/text/setting-lines.ts";
import { settingWords } from "../../../../src/formats/text/setting-words.ts";

const much = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`key${String(at)}`, `Value ${String(at)}`]));
const own = {
  dictionary: "/usr/share/dict/words",
  beside: "own/rows.csv",
  tool: "jq",
  command: "sort -r rows",
  library: "libown.so.1",
  steps: [{ run: ["wc", "-l"] }],
};

it("spreads out JSON of one line", () => {
  expect(settingLines(JSON.stringify(own))).toEqual([
    "{",
    '"dictionary": "/usr/share/dict/words",',
    '"beside": "own/rows.csv",',
    '"tool": "jq",',
    '"command": "sort -r rows",',
    '"library": "libown.so.1",',
    '"steps": [',
    "{",
    '"run": ["wc", "-l"]',
    "}",
    "]",
    "}",
  ]);
  expect(settingLines('{"open": ')).toEqual(['{"open": ']);
});

it.each([
  ["JSON of one long line", JSON.stringify({ ...much, ...own })],
  ["a long line of another format", `settings = ${JSON.stringify({ ...much, ...own })}`],
])("reads %s as other settings", (_, text) => {
  expect(text.length).toBeGreaterThan(4096);
  expect(pathsInConfiguration(text)).toContainEqual({ text: "/usr/share/dict/words", kind: "path" });
  expect(namesBeside(text)).toContain("own/rows.csv");
  expect([...valuesBeside(text)]).toContain("jq");
  expect([...librariesIn(text)]).toEqual(["libown.so.1"]);
  expect([...settingWords(text)].filter(([, isLine]) => isLine).map(([word]) => word)).toEqual(["sort", "wc"]);
  expect(commandsInConfiguration(text).map(({ words }) => words)).toContainEqual(["wc", "-l"]);
});

it("spreads out texts of several lines", () => {
  const text = JSON.stringify(
    { name: "own", run: "set -e\nsort -r rows | head -n1\n", steps: ["wc -l x\njq ."] },
    null,
    2,
  );
  expect(settingLines(text)).toEqual([
    "{",
    '"name": "own",',
    '"run": |',
    "set -e",
    "sort -r rows | head -n1",
    "",
    ",",
    '"steps": [',
    "|",
    "wc -l x",
    "jq .",
    "",
    "]",
    "}",
  ]);
  expect([...settingWords(text)].filter(([, isLine]) => isLine).map(([word]) => word)).toEqual(
    expect.arrayContaining(["sort", "head", "wc", "jq"]),
  );
});

it("takes the keys of JSON of one line for names of settings", () => {
  expect(commandsInConfiguration(JSON.stringify(own)).map(({ words }) => words)).toContainEqual(["sort", "-r", "rows"]);
});

it("breaks long lines behind values, and long lists of paths between them", () => {
  const list = Array.from({ length: 500 }, (_, at) => `/srv/lib/part${String(at)}.jar`);
  expect(pathsInConfiguration(`path = ${list.join(":")}`).map(({ text }) => text)).toEqual(list);
  expect(settingLines("x".repeat(5000))).toEqual(["x".repeat(904)]);
  expect(settingLines(`# ${"/srv/a ".repeat(1000)}`)).toEqual([]);
});
