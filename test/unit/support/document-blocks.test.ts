import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { projectFolder } from "../../../scripts/lib/project.ts";
import { pith } from "../../support/command-line.ts";
import { documentBlocks, shellMark } from "../../support/document-blocks.ts";

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(projectFolder, name), "utf8"));
const fields = z.record(z.string(), z.unknown());
const packageFile = z.looseObject({ scripts: fields });
const schemaFile = z.looseObject({
  $ref: z.string(),
  $defs: z.record(z.string(), z.looseObject({ properties: fields.optional() })),
});

const blocks = documentBlocks().map((block) => ({ ...block, place: `${block.document}:${String(block.line)}` }));

/** What `text` marks as output, and what is read here or by the tests beside this one. */
const known: ReadonlySet<string> = new Set(["text", "sh", "yaml", "json", "js", "python", "dockerfile"]);

it("every block says what it is: output, or code of a language", () => {
  expect(blocks.filter(({ language }) => !known.has(language)).map(({ place }) => place)).toEqual([]);
});

it("every block of JSON can be read", () => {
  for (const { place, code } of blocks.filter(({ language }) => language === "json")) {
    expect(
      () => JSON.parse(code.replaceAll(/^\s*\/\/.*$/gmu, "").replaceAll("...", "")) as unknown,
      place,
    ).not.toThrow();
  }
});

it("every spec, and every part of one, is one that is taken", async () => {
  const schema = schemaFile.parse(readJson("schema/pith.schema.json"));
  const root = schema.$defs[schema.$ref.slice("#/$defs/".length)];
  const keys = new Set(Object.keys(root?.properties ?? {}));
  const wrong: string[] = [];
  let count = 0;
  for (const { place, code, isBad } of blocks.filter(({ language }) => language === "yaml")) {
    if (isBad) continue;
    const documents = parseAllDocuments(code);
    expect("empty" in documents ? [] : documents.flatMap(({ errors }) => errors), place).toEqual([]);
    // Several files, each with its name.
    if ("empty" in documents || documents.length > 1) continue;
    const value: unknown = documents[0]?.toJS();
    if (typeof value !== "object" || value === null) continue;
    const own = Object.keys(value);
    // A file of another tool has other keys.
    if (own.length === 0 || !own.every((key) => keys.has(key))) continue;
    count += 1;
    const rest = own.includes("from") || own.includes("builders") || own.includes("include") ? "" : "from: a:1\n";
    const spec = `# syntax=a/pith:1\n${rest}${code}`;
    const part = /^# (?<name>[\w./-]+\.yaml), which pith\.yaml includes/u.exec(code)?.groups?.["name"];
    const files =
      part === undefined
        ? { "pith.yaml": spec }
        : { "pith.yaml": `# syntax=a/pith:1\nfrom: a:1\ninclude: [${part}]\n`, [part]: code };
    const { err } = await pith(["lint"], { files });
    const found = [...err.matchAll(/^(?<code>SPEC_[A-Z_]+|ARG_[A-Z]+): (?<what>.*)$/gmu)];
    const real = found.filter(({ groups }) => !/^SPEC_(?:NOTHING_TO_RUN|FROM_MISSING)/u.test(groups?.["code"] ?? ""));
    for (const { groups } of real) wrong.push(`${place}: ${groups?.["code"] ?? ""}: ${groups?.["what"] ?? ""}`);
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

const shellBlocks = blocks.filter(({ language, document }) => language === "sh" && !isErrorPage(document));

/** Pages of errors show one mistake each, which the tests of the code make. */
function isErrorPage(document: string): boolean {
  return document.startsWith("docs/errors/");
}

it("every block of commands is run with its document, by a test that is there, or says why it is not", () => {
  const wrong = shellBlocks.filter((block) => {
    const mark = shellMark(block);
    if (mark === undefined) return true;
    if (mark.kind === "run-by") return !existsSync(join(projectFolder, mark.file));
    return mark.kind === "not-run" && mark.why.split(" ").length < 3;
  });
  expect(wrong.map(({ place }) => place)).toEqual([]);
});

it("every script of npm that a block calls is there", () => {
  const { scripts } = packageFile.parse(readJson("package.json"));
  const wrong = blocks
    .filter(({ language, isBad }) => language === "sh" && !isBad)
    .flatMap(({ place, code }) =>
      [...code.matchAll(/\bnpm run (?:-s )?(?<script>[\w:-]+)/gu)].flatMap(({ groups }) => {
        const script = groups?.["script"] ?? "";
        return Object.hasOwn(scripts, script) ? [] : [`${place}: npm run ${script}`];
      }),
    );
  expect(wrong).toEqual([]);
});
