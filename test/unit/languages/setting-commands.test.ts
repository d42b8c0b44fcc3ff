import { expect, it } from "vitest";
import {
  namedSettingWords,
  namedWords,
  programsOfSettings,
  settingsIn,
} from "../../../src/languages/setting-commands.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const long = "x = 1\n".repeat(2 ** 18);
const root = fixtureRoot(`
//- /usr/bin/jq 0755 elf=x86_64
//- /app/long.ini
tool = jq -r .
${long}
//- /app/long.dat
${long}
//- /app/start 0755
#!/usr/bin/jq
//- /app/page.html
tool = jq -r .
`);
const files = processFiles(root);

it("reads the beginning of long settings, and tells that there is more", async () => {
  const { text, isCut } = await settingsIn(toAbsPath("/app/long.ini"), files);
  expect([text.length, isCut]).toEqual([2 ** 20, true]);
  expect((await settingsIn(toAbsPath("/app/long.dat"), files)).isCut).toBe(false);
  for (const path of ["/app/start", "/app/page.html", "/app", "/app/none"])
    expect(await settingsIn(toAbsPath(path), files)).toEqual({ text: "", isCut: false });
  const program = toAbsPath("/usr/bin/own");
  const findProgram = async (name: string) => Promise.resolve(name === "jq" ? toAbsPath("/usr/bin/jq") : undefined);
  const proc = { root, realProgram: program, findProgram };
  const isChosen = async () => Promise.resolve(false);
  const found = await programsOfSettings(toAbsPath("/app"), [], { proc, files, isChosen });
  expect(found.map((one) => ("need" in one ? one.need.path : one.unknown.what))).toEqual([
    "/usr/bin/jq",
    "the rest of long.ini",
  ]);
});

it("takes any value that is a program's name for the author's own source that starts what only the run tells", async () => {
  const names = ["sort", "date", "true", "cut"];
  const many = ["ar", "as", "bc", "cat", "cp", "dd", "df", "du", "id", "ln", "ls", "mv", "nl"];
  const known = [...names, ...many];
  const tree = fixtureRoot(`
${known.map((name) => `//- /usr/bin/${name} 0755 elf=x86_64`).join("\n")}
//- /app/settings.json
{"run": [["sort"]], "steps": {"day": {"uses": "cut"}}, "type": "date", "isOn": true}
//- /app/words.txt
${many.join("\n")}
//- /app/tables.txt
${Array.from({ length: 150 }, (_, index) => `table_${String(index)}`).join("\n")}
cut
//- /app/sums.conf
sort
cut
`);
  const findProgram = async (name: string) =>
    Promise.resolve(known.includes(name) ? toAbsPath(`/usr/bin/${name}`) : undefined);
  const proc = { root: tree, realProgram: toAbsPath("/usr/bin/own"), findProgram, args: ["app", "date"] };
  const asking = { proc, files: processFiles(tree), isChosen: async () => Promise.resolve(false) };
  const sources = [{ path: toAbsPath("/app/a.py"), code: "" }];
  const taken = async (isAny: boolean) =>
    (await programsOfSettings(toAbsPath("/app"), sources, { ...asking, isAny })).map((one) =>
      "need" in one ? one.need.path : one.unknown.what,
    );
  expect(await taken(false)).toEqual([]);
  expect(await taken(true)).toEqual([
    "/usr/bin/sort",
    "/usr/bin/cut",
    "/usr/bin/sort",
    "/usr/bin/cut",
    "the program that tables.txt names: cut",
    "one of 13 programs that words.txt names: ar, as, bc, cat, ...",
    "/usr/bin/date",
  ]);
});

it.each([
  "sum: factor",
  "sum: [factor, -h]",
  "sum:\n  - factor\n  - -h",
  '{"sum": ["factor", "-h"]}',
  "sum = [\n  'factor',\n]",
])("knows the word under a name, the first one of a list: %s", (text) => {
  expect(namedSettingWords(text)).toEqual([{ key: "sum", word: "factor" }]);
});

it("knows the same in a source", () => {
  const key = "sum";
  expect(namedWords(`['sum' => ['factor', '-h'], size: ["big"], x => [1]]`)).toEqual([
    { key, word: "factor" },
    { key: "size", word: "big" },
  ]);
});

it("tells a source with many comments from a table of settings at once", async () => {
  const comments = "/** a table */\n// of tools // and # more\n# here\n".repeat(30);
  const table = `<?php\n${comments}return ["tool" => "jq"];\n`;
  const code = `<?php\n${comments}function a() {}\n`;
  const tree = fixtureRoot(`//- /app/table.php\n${table}//- /app/code.php\n${code}`);
  const read = async (path: string) => (await settingsIn(toAbsPath(path), processFiles(tree))).text;
  expect([await read("/app/table.php"), await read("/app/code.php")]).toEqual([table, ""]);
});

const texts = Array.from(
  { length: 60 },
  (_, index) => `  "text${String(index)}": "Read the whole text ${String(index)}"`,
);
const types = Array.from({ length: 160 }, (_, index) => `text/x-t${String(index)}\t\tt${String(index)}`);
const words = Array.from({ length: 160 }, (_, index) => `["w${String(index)}"]`);

it.each([
  ["messages for people", "messages.json", `{\n  "a": "sort",\n${texts.join(",\n")}\n}`],
  ["types of media", "types", `text/x-own\tsort\n${types.join("\n")}\n`],
  ["a list of many words", "words.json", `[["sort"],${words.join()}]`],
])("takes a program's name for chance in %s", async (_name, file, text) => {
  const tree = fixtureRoot(
    `//- /usr/bin/sort 0755 elf=x86_64\n//- /app/${file}\n${text}\n//- /app/a.json\n{"a": "sort"}\n`,
  );
  const findProgram = async (name: string) => Promise.resolve(name === "sort" ? toAbsPath("/usr/bin/sort") : undefined);
  const proc = { root: tree, realProgram: toAbsPath("/usr/bin/own"), findProgram };
  const isChosen = async () => Promise.resolve(true);
  const found = await programsOfSettings(toAbsPath("/app"), [], { proc, files: processFiles(tree), isChosen });
  expect(found.map((one) => ("need" in one ? one.need.path : one.unknown.what))).toEqual([
    "/usr/bin/sort",
    `the program that ${file} names: sort`,
  ]);
});

it("reads settings that a variable names, and those in its small directory", async () => {
  const tree = fixtureRoot(`
//- /usr/bin/jq 0755 elf=x86_64
//- /usr/bin/zip 0755 elf=x86_64
//- /etc/shop/tools.yaml
show: [jq, -r, .]
//- /srv/shop/pack.ini
pack = zip -q
`);
  const findProgram = async (name: string) => Promise.resolve(toAbsPath(`/usr/bin/${name}`));
  const env = { SHOP_ETC: "/etc/shop", SHOP_PACK: "/srv/shop/pack.ini" };
  const proc = { root: tree, realProgram: toAbsPath("/usr/bin/own"), findProgram, env };
  const isChosen = async () => Promise.resolve(false);
  const found = await programsOfSettings(toAbsPath("/app"), [], { proc, files: processFiles(tree), isChosen });
  expect(found.map((one) => ("need" in one ? one.need.path : one))).toEqual(["/usr/bin/jq", "/usr/bin/zip"]);
});

it("reads no settings in what is no text", async () => {
  const tree = fixtureRoot(
    `//- /app/packed.dat\n\u0001\u0007 sh -c 'sort x'\n//- /app/coloured.dat\n\u001b[1m sort -r\u001b[0m\n`,
  );
  const read = async (path: string) => (await settingsIn(toAbsPath(path), processFiles(tree))).text;
  expect([await read("/app/packed.dat"), await read("/app/coloured.dat")]).toEqual([
    "",
    "\u001b[1m sort -r\u001b[0m\n",
  ]);
});
