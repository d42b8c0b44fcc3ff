import fs from "node:fs";
import { expect, test } from "vitest";
import { pith } from "../support/command-line.ts";
import { writeElf } from "../support/elf-writer.ts";
import { makeProject } from "../support/project.ts";

// A name that colours, one that names a window, one that turns text around, one that makes a line of its own.
const names = [
  "a\u001b[31mred",
  "b\u001b]0;title\u0007",
  "c\u202egpj",
  "d\nSPEC_FAKE: cannot trust this line",
  "e\u009b2J",
];
const tree = makeProject({
  "root/usr/bin/tool": "",
  ...Object.fromEntries(names.map((name) => [`root/srv/${name}`, "x"])),
});
fs.writeFileSync(tree.path("root/usr/bin/tool"), writeElf({ machine: "x86_64", dynamic: false }));
fs.chmodSync(tree.path("root/usr/bin/tool"), 0o755);
const spec = "from: base\nbinaries: [/usr/bin/tool]\nclosure: {include: [{path: /srv/**, because: they are data}]}\n";
const files = { "pith.yaml": spec };
const platform = ["--platform", "linux/amd64"];

/** Characters that a terminal acts on, beside the ends of lines. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

test("no command lets a name of a file act on the terminal, or make a line of its own", async () => {
  const source = ["--source", `main=dir:${tree.path("root")}`];
  const resolved = await pith(["resolve", ...platform, ...source], { files });
  expect(resolved.code).toBe(0);
  const manifest = (await pith(["resolve", "-q", "--json", ...platform, ...source], { files })).out;
  const other = manifest.replaceAll("they are data", "they are other data");
  const given = { "manifest.json": manifest, "old.json": other.replaceAll("/srv/a", "/srv/x"), "pith.yaml": spec };
  const answers = [
    resolved,
    await pith(["explain"], { files: given }),
    await pith(["explain", "/srv/**"], { files: given }),
    await pith(["explain", ...names.map((name) => `/srv/${name}`)], { files: given }),
    await pith(["diff", "--reasons", "old.json", "manifest.json"], { files: given }),
    await pith(["explain", `/absent/${names[3] ?? ""}`], { files: given }),
    await pith(["lint", `${names[0] ?? ""}.yaml`], { files: given }),
    await pith([names[3] ?? ""], { files: given }),
    await pith(["explain", `--${names[1] ?? ""}`], { files: given }),
    await pith(["resolve", ...platform, "--source", `main=dir:${names[4] ?? ""}`], { files: given }),
  ];
  for (const { out, err } of answers) {
    expect(`${out}${err}`).not.toMatch(acting);
    expect(`${out}${err}`.split("\n").filter((line) => line.startsWith("SPEC_FAKE"))).toEqual([]);
  }
  expect(resolved.out).toContain("/srv/d\\nSPEC_FAKE");
});
