import { expect, test } from "vitest";
import { readReferences } from "../../../../src/languages/javascript/references.ts";

function referencesIn(text: string, path = "/app/main.ts"): readonly string[] {
  const found = readReferences({ path, text, workdir: "/app" }).filter(
    (one) => one.kind !== "literal" && !("isHeld" in one),
  );
  return found.map((one) => JSON.stringify({ ...one, certainty: undefined })).sort();
}

const typed = `
  import { spawn, execSync } from "node:child_process";
  const here: string = path.dirname(fileURLToPath(import.meta.url));
  spawn("bash", [path.join(here, "run.sh")]);
  spawn("env", ["LC_ALL=C", "paste"] as string[]);
  execSync("tsort " + here + " | factor");
  const words: string[] = ["-c", "split a"];
  spawn("sh", words);
  read(path.join(here, "words", name as string));
  class Own { tool: string = "truncate"; go(): void { spawn(this.tool, []); } }
`;
const plain = typed.replaceAll(/ as string(?:\[\])?|: (?:string(?:\[\])?|void)/gu, "");

test("what a source in TypeScript refers to is what it refers to without its types", () => {
  expect(referencesIn(typed)).toEqual(expect.arrayContaining([...referencesIn(plain)]));
});

test("arguments in a variable count, and may become more", () => {
  const found = referencesIn(plain, "/app/main.js").filter((one) => one.includes('"sh"'));
  expect(found).toEqual([JSON.stringify({ kind: "program", name: "sh", args: ["-c", "split a"], line: 8 })]);
  expect(referencesIn("require('child_process').spawn('sh', words)", "/app/a.js").join()).toContain('"isCut":true');
});

test("no import of TypeScript is certain, as types are imported like values", () => {
  const found = readReferences({
    path: "/app/a.ts",
    text: "import { Shape } from 'shapes'; let a: Shape;",
    workdir: "/app",
  });
  expect(found.find(({ kind }) => kind === "module")).toMatchObject({ specifier: "shapes", certainty: "possible" });
});

test("a source that Node does not run itself is read as well", () => {
  const text = `enum Kind { A }\nimport { spawn } from "child_process";\nspawn("tac", [Kind.A]);`;
  expect(referencesIn(text).join("\n")).toContain('"name":"tac"');
});
