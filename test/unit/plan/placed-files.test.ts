import { expect, test } from "vitest";
import type { StageStep } from "../../../src/formats/llb/stage-steps.ts";
import { type PlacedCopy, placedFiles } from "../../../src/plan/placed-files.ts";

const ran = (text: string): StageStep => ({ kind: "run", args: ["/bin/sh", "-c", text] });

function copied(src: string, dest: string, more: Partial<PlacedCopy> = {}): PlacedCopy {
  return { src, dest, isOfStage: false, ...more };
}

/** The names that are for running, of which each is an instruction of its own. */
function left(copies: readonly PlacedCopy[], ...texts: readonly string[]): readonly string[] {
  const files = placedFiles(
    copies.map((copy) => [copy]),
    texts.map(ran),
  );
  return files.map(({ name, dest }) => `${name} ${dest}`);
}

const backup = copied("/ops/backup.sh", "/usr/local/bin/backup");

test("the name of what was copied, and where to", () => {
  expect(placedFiles([[backup, copied("/", "/srv", { contents: ["a"] })], [copied("/*.sh", "/opt/")]], [])).toEqual([
    { name: "backup.sh", dest: "/usr/local/bin/backup", isOfStage: false },
    { name: "", dest: "/srv", isOfStage: false, contents: ["a"] },
    { name: "*.sh", dest: "/opt/", isOfStage: false },
  ]);
});

test.for([
  "backup --now",
  "set -e; /usr/local/bin/backup",
  "cd /srv && sh /usr/local/bin/backup",
  "if true; then backup; fi",
  "A=1 exec backup",
  'echo "$(backup)"',
])("what a step starts is for building: %s", (text) => {
  expect(left([backup], text)).toEqual([]);
});

test.for([
  "chmod +x /usr/local/bin/backup",
  "ln -s /usr/local/bin/backup /usr/bin/save",
  "apt-get install -y backup",
  "echo backup",
])("what a step only names is not: %s", (text) => {
  expect(left([backup], text)).toEqual(["backup.sh /usr/local/bin/backup"]);
});

test("a step without a shell", () => {
  expect(placedFiles([[backup]], [{ kind: "run", args: ["/usr/local/bin/backup", "--now"] }])).toEqual([]);
});

test("what one instruction copies is for one thing", () => {
  const tools = [copied("/uv", "/bin/"), copied("/uvx", "/bin/")];
  expect(placedFiles([tools], [ran("uv sync")])).toEqual([]);
  expect(left([copied("/tools", "/usr/local/bin/", { contents: ["setup", "other"] })], "setup")).toEqual([]);
});
