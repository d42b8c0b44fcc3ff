import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { includePatch } from "../../../src/plan/include-patch.ts";
import { parseText } from "../spec/parse-text.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-patch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entries = ['- {path: "/opt/a", because: "/bin/x opens it"}', '- {path: "/opt/b/**", because: "/bin/x opens it"}'];

async function patched(text: string): Promise<string | undefined> {
  const { parsed } = await parseText(text);
  const patch = includePatch({ name: "pith.yaml", text }, parsed.spans, entries);
  if (patch === undefined) return undefined;
  writeFileSync(join(folder, "pith.yaml"), text);
  writeFileSync(join(folder, "try.patch"), patch);
  execFileSync("git", ["apply", "try.patch"], { cwd: folder });
  const changed = readFileSync(join(folder, "pith.yaml"), "utf8");
  const { value, rendered } = await parseText(changed);
  if (value === undefined) throw new Error(rendered);
  expect(value.closure.include.map(({ path }) => path)).toEqual(expect.arrayContaining(["/opt/a", "/opt/b/**"]));
  return changed;
}

test.for([
  ["no closure", "from: a\nbinaries: [x]\n"],
  ["a closure without a list", "from: a\nclosure: # of it\n  dlopen: off\nbinaries: [x]\n"],
  [
    "a list",
    "from: a\nbinaries: [x]\nclosure:\n    include:\n      - /srv/**\n      - /opt/**\nworkdir: /srv\nuser: root\n",
  ],
  ["a list without indentation", "from: a\nclosure:\n  include:\n  - {path: /srv/**}\nbinaries: [x]\n"],
] as const)("a patch applies to a spec with %s", async ([, text]) => {
  expect(await patched(text)).toMatchSnapshot();
});

test.for([
  "from: a\nbinaries: [x]\nclosure: {dlopen: off}\n",
  "from: a\nbinaries: [x]\nclosure:\n  include: [/srv/**]\n",
])("there is none for a list that is written on one line: %s", async (text) => {
  expect(await patched(text)).toBeUndefined();
});
