import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { capture, output } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { type DocumentBlock, documentBlocks, shellMark } from "./document-blocks.ts";
import { docker, testEngine } from "./engine.ts";
import { inTurn } from "./turn.ts";

/*
 * Runs the blocks of commands of a document one after the other, in one shell, as a reader does who has the files that
 * the document speaks of. Blocks with a mark (run-by, not-run) are left out.
 */

const fixtures = join(projectFolder, "test/engine/fixtures/documents");
const scratch = mkdtempSync(join(tmpdir(), "pith-documents-"));
const seed = join(scratch, "seed");

const { registry, frontend } = testEngine();

/** Names of documents that stand for something of the reader's, and what is there in the test. */
const standIns: readonly (readonly [RegExp, string])[] = [
  [/localhost:5000/gu, registry],
  [/registry\.example(?:\.com)?/gu, registry],
  [/(?<![$\w{])REGISTRY(?=\/)/gu, registry],
  [/registry:debian:trixie/gu, `registry:${registry}/debian:trixie`],
  [/\bIMAGE\b/gu, "app:1"],
  [/\bCONTAINER\b|\bNAME\b(?!=)/gu, `pith-documents-${String(process.pid)}`],
];

/** These begin with an application, and make the spec themselves. */
const withoutSpec: ReadonlySet<string> = new Set([
  "docs/guides/detection.md",
  "docs/guides/command-line.md",
  "docs/guides/cheat-sheet.md",
  "docs/guides/from-a-dockerfile.md",
  "docs/guides/tutorial.md",
]);

/** The reader of these writes the specs that they show, in the order of the document. */
const withSpecs: ReadonlySet<string> = new Set(["docs/guides/from-a-dockerfile.md"]);

const blocks = documentBlocks().filter(
  ({ document, language, mark, code }) =>
    !document.startsWith("docs/errors/") &&
    (language === "sh"
      ? shellMark({ mark })?.kind === "run"
      : language === "yaml" && withSpecs.has(document) && code.startsWith("# syntax=")),
);

const environment = async (): Promise<Readonly<Record<string, string>>> => ({
  PATH: `${join(scratch, "bin")}:${process.env["PATH"] ?? ""}`,
  HOME: join(scratch, "home"),
  // Of the engine's own client: HOME is another.
  DOCKER_CONFIG: process.env["DOCKER_CONFIG"] ?? join(process.env["HOME"] ?? "/root", ".docker"),
  PITH_PROJECT: projectFolder,
  PITH_FRONTEND: frontend,
  REGISTRY: registry,
  DOCUMENT_CONTAINER: `pith-documents-${String(process.pid)}`,
  REAL_DOCKER: (await output("sh", ["-c", "command -v docker"])).trim(),
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "user.name",
  GIT_CONFIG_VALUE_0: "a reader",
  GIT_CONFIG_KEY_1: "user.email",
  GIT_CONFIG_VALUE_1: "reader@example.test",
});

/** The documents whose commands are run. */
export const runDocuments: readonly string[] = [...new Set(blocks.map(({ document }) => document))];

/** What a newcomer reads first. Two files of tests run side by side: the other one has the guides. */
export const firstDocuments: readonly string[] = [
  "README.md",
  "docs/guides/tutorial.md",
  "docs/guides/cheat-sheet.md",
  "docs/guides/command-line.md",
];

/** Defines a test for each of these documents. */
export function testDocuments(documents: readonly string[]): void {
  afterAll(async () => {
    await docker(["rm", "--force", `pith-documents-${String(process.pid)}`]);
    rmSync(scratch, { recursive: true, force: true });
  });
  beforeAll(async () => {
    for (const name of ["bin", "home/.config/fish/completions"]) mkdirSync(join(scratch, name), { recursive: true });
    cpSync(fixtures, seed, { recursive: true });
    cpSync(join(fixtures, "docker"), join(scratch, "bin/docker"));
    await mustRun(seed, readFileSync(join(fixtures, "seed.sh"), "utf8"), "seed");
  });
  const turns = {
    file: "test/support/run-documents.ts",
    nameOf: (name: string) => name,
    pathOf: (name: string) => name,
  };
  for (const document of inTurn(documents, turns)) {
    test(`${document} does what it says`, async () => {
      const own = blocks.filter((block) => block.document === document);
      await mustRun(folderOf(document), own.map(scriptOf).join("\n"), document.replaceAll("/", "-"));
    });
  }
}

/** A fresh folder as a reader of the document has it. */
function folderOf(document: string): string {
  const folder = join(scratch, document.replaceAll("/", "-"));
  // A test that is run again finds what it left.
  rmSync(folder, { recursive: true, force: true });
  cpSync(seed, folder, { recursive: true });
  if (withoutSpec.has(document)) rmSync(join(folder, "pith.yaml"));
  // The reader of these has a clone of the project.
  cpSync(join(projectFolder, "examples"), join(folder, "examples"), { recursive: true });
  for (const name of ["scripts", "src", "test", "dist", "node_modules", "package.json", "integrations"]) {
    symlinkSync(join(projectFolder, name), join(folder, name));
  }
  return folder;
}

/** The commands of a block; those that have to fail say so in their comment. */
function scriptOf({ line, code, language }: DocumentBlock): string {
  if (language === "yaml") return `cat > pith.yaml <<'END-OF-SPEC'\n${code}END-OF-SPEC`;
  const lines = standIns
    .reduce((text, [name, own]) => text.replaceAll(name, own), code)
    .split("\n")
    .map((one) => {
      const [, command = ""] = /^(?<command>.*\S)\s+# fails\b/u.exec(one) ?? [];
      return command === "" ? one : `if ${command}; then echo "@@ it did not fail"; exit 1; fi`;
    });
  return `echo "@@ line ${String(line)}" >&2\n${lines.join("\n")}`;
}

async function mustRun(folder: string, script: string, name: string): Promise<void> {
  const file = join(scratch, `${name}.sh`);
  writeFileSync(file, `. ${join(fixtures, "prelude.sh")}\ncd ${folder}\n${script}\n`);
  const own = mkdtempSync(join(scratch, "run-"));
  const { code, stdout, stderr } = await capture("bash", [file], {
    env: { ...(await environment()), DOCUMENT_SCRATCH: own },
  });
  const said = stderr.split("\n").filter((line) => line !== "" && !/^#\d+ (?!\d+\.\d+ )/u.test(line));
  expect(code, `${said.slice(-25).join("\n")}\n${stdout.slice(-800)}`).toBe(0);
}
