import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { projectFolder } from "../../../scripts/lib/project.ts";
import { pith } from "../../support/command-line.ts";

/** A block of code of a document. */
interface Block {
  readonly place: string;
  readonly language: string;
  readonly code: string;
  /** It stands below "Bad": it shows a mistake. */
  readonly isBad: boolean;
}

function blocksOf(name: string): readonly Block[] {
  const text = readFileSync(join(projectFolder, name), "utf8");
  return [...text.matchAll(/^(?<indent> *)```(?<language>\S*)[^\n]*\n(?<code>[^]*?)^ *```$/gmu)].map((match) => {
    const { indent = "", language = "", code = "" } = match.groups ?? {};
    const before = text.slice(0, match.index);
    const heading = before.split("\n").findLast((line) => line.startsWith("## "));
    const lines = code.split("\n").map((line) => line.slice(indent.length));
    const place = `${name}:${String(before.split("\n").length)}`;
    return { place, language, code: lines.join("\n"), isBad: heading === "## Bad" };
  });
}

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(projectFolder, name), "utf8"));
const fields = z.record(z.string(), z.unknown());
const packageFile = z.looseObject({ scripts: fields });
const schemaFile = z.looseObject({
  $ref: z.string(),
  $defs: z.record(z.string(), z.looseObject({ properties: fields.optional() })),
});

const blocks = globSync(["*.md", "docs/**/*.md", "examples/*/README.md"], { cwd: projectFolder }).flatMap(blocksOf);

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
