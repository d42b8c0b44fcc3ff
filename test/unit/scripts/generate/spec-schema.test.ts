import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enumNotes, examples } from "../../../../scripts/generate/schema-notes.ts";
import { specJsonSchema } from "../../../../scripts/generate/spec-schema.ts";
import { projectFolder } from "../../../../scripts/lib/project.ts";
import { parseSpec } from "../../../../src/spec/parse.ts";
import { schemaAddress } from "../../../../src/spec/schema-address.ts";
import { fieldsOf } from "../../../support/browser.ts";
import { pith } from "../../../support/command-line.ts";
import { type LanguageServer, startLanguageServer } from "../../../support/language-server.ts";

const schema = specJsonSchema();
const folder = mkdtempSync(join(tmpdir(), "pith-editor-"));
let server: LanguageServer;
beforeAll(async () => {
  writeFileSync(join(folder, "pith.schema.json"), readFileSync(join(projectFolder, "schema/pith.schema.json")));
  server = await startLanguageServer(folder);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const head = "# syntax=localhost:5000/pith:1\n# yaml-language-server: $schema=./pith.schema.json\n";

describe("an editor", () => {
  it("explains keys and values under the pointer", async () => {
    await server.open("hover.yaml", `${head}from: python:3.13-slim\ninterpreter: {path: python3, stdlib: reachable}\n`);
    const from = await server.hover("hover.yaml", { line: 2, character: 1 });
    expect(from).toContain("a named build context, \\`scratch\\` or an image reference");
    expect(from).toContain("python:3.13-slim");
    const level = await server.hover("hover.yaml", { line: 3, character: 32 });
    expect(level).toContain("How much of the standard library ships");
    expect(level).toContain("What imports reach from the entries");
  });

  it("offers keys, and values with their explanations", async () => {
    await server.open("complete.yaml", `${head}from: a\nserverless: \nb`);
    const keys = await server.complete("complete.yaml", { line: 4, character: 1 });
    for (const key of ["binaries", "build", "builders"]) expect([...keys.keys()]).toContain(key);
    const values = await server.complete("complete.yaml", { line: 3, character: 12 });
    expect(values.get("aws-lambda")).toContain("AWS Lambda");
  });

  it("marks keys that a spec does not have", async () => {
    expect(await server.open("wrong.yaml", `${head}from: a\nbinarys: [env]\n`)).toEqual([
      { line: 4, message: "Property binarys is not allowed." },
    ]);
  });

  it("finds nothing in what pith init writes", async () => {
    const files = { "requirements.txt": "flask\ngunicorn>=23\n", "app.py": "app = Flask(__name__)\n" };
    const args = ["init", "--print", "--schema", "./pith.schema.json"];
    const { out } = await pith(args, { files });
    expect(out.split("\n")[1]).toBe("# yaml-language-server: $schema=./pith.schema.json");
    expect(await server.open("init.yaml", out)).toEqual([]);
    expect((await pith(["init", "--print"], { files })).out.split("\n")[1]).toBe(
      `# yaml-language-server: $schema=${schemaAddress}`,
    );
    expect((await pith(["init", "--print", "--schema", "none"], { files })).out).not.toContain("yaml-language-server");
  });
});

describe("the schema", () => {
  it("has an address, and a title and an example for each key", () => {
    expect(new URL(String(schema["$id"])).protocol).toBe("https:");
    const spec = fieldsOf(fieldsOf(schema["$defs"])["Spec"]);
    for (const [key, property] of Object.entries(fieldsOf(spec["properties"]))) {
      expect(property, key).toMatchObject({
        title: expect.any(String) as unknown,
        examples: expect.any(Array) as unknown,
      });
    }
    const text = JSON.stringify(schema);
    expect(text.match(/"enum":/gu)?.length).toBe(text.match(/"enumDescriptions":/gu)?.length);
    expect(Object.keys(enumNotes).length).toBeGreaterThan(10);
  });

  it.each(Object.entries(examples).flatMap(([place, values]) => values.map((value) => [place, value] as const)))(
    "gives an example for %s that a spec takes: %j",
    async (place, value) => {
      const key = place.replace("Spec.", "");
      const others = { from: "base", interpreter: "python3", app: ".", cmd: ["a.py"], [key]: value };
      const lambda = { serverless: "aws-lambda", handler: "app.handler", cmd: undefined };
      const needs = key === "handler" || key === "serverless" ? lambda : {};
      const bytes = Buffer.from(JSON.stringify({ ...others, ...needs }));
      const readInclude = async (): Promise<Uint8Array> => Promise.resolve(Buffer.from("env: {A: b}\n"));
      const { checked } = await parseSpec({ file: "pith.yaml", bytes, buildArgs: {}, predefinedArgs: {}, readInclude });
      expect(checked.diagnostics.filter(({ code }) => code.startsWith("SPEC_"))).toEqual([]);
    },
  );
});
