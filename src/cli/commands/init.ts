import fs from "node:fs/promises";
import path from "node:path";
import { readFileHead } from "../../adapters/directory/regular-file.ts";
import { openContext } from "../../adapters/images/open-context.ts";
import { defaultSyntax, detectSpec } from "../../detect/detect.ts";
import { migrateFile } from "../../detect/migrate/migrate.ts";
import { contextNames } from "../../detect/migrate/migration.ts";
import { openProject, type ProjectFiles } from "../../detect/project.ts";
import { rootProjectFiles } from "../../detect/root-files.ts";
import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { schemaAddress } from "../../spec/schema-address.ts";
import type { Command } from "../command.ts";
import { usualSyntax } from "../default-syntax.ts";
import { exitCodes } from "../exit-codes.ts";

/** `pith init`: a first spec. */
export const init: Command = {
  name: "init",
  summary: "Write a first spec for a folder",
  description: `Finds which application the folder holds by its files, and writes the spec that builds it, with the reasons as
comments. It runs nothing. Where it cannot tell, it says what it looked for, writes nothing and ends with 2. It never
writes over a file unless told to.
With --from, it reads a Dockerfile, a Compose file, a Procfile, an apko.yaml or a railpack.json instead, and writes a
spec that needs that file no more. Each line that a spec cannot say is named.`,
  operands: { usage: "[FOLDER]", least: 0, most: 1 },
  options: [
    { name: "file", short: "f", value: "FILE", description: "Where it goes, in the folder. Default: pith.yaml." },
    { name: "from", value: "FILE", description: "A file of another tool, in the folder, to write the spec from." },
    { name: "service", value: "NAME", description: "The service of a Compose file; needed where several are built." },
    {
      name: "syntax",
      value: "IMAGE",
      description: `The frontend's image. Default: PITH_SYNTAX of the environment, else ${defaultSyntax}.`,
    },
    {
      name: "schema",
      value: "URL",
      description: "The schema that editors use, or a path; none: no line. Default: that of this version.",
    },
    { name: "print", description: "Print it, write nothing." },
    { name: "force", description: "Write over a file that is there." },
  ],
  examples: [
    { line: "pith init", does: "Write pith.yaml for this folder." },
    { line: "pith init --print services/api", does: "See what it would be for another." },
    { line: "pith init --from Dockerfile", does: "Write what the Dockerfile says as a spec." },
    { line: "pith init --from compose.yaml --service web", does: "Do so for a service of a Compose file." },
  ],
  async run({ words, terminal, hostFolder }) {
    const folder = path.resolve(hostFolder, words.operands[0] ?? ".");
    const syntax = words.text("syntax") ?? usualSyntax();
    const file = words.text("file") ?? "pith.yaml";
    const { root } = openContext(folder, path.join(folder, file));
    const files = rootProjectFiles(root);
    const from = words.text("from");
    const found = await (from === undefined
      ? detect(files, syntax)
      : migrate({ folder, file: from, files, syntax, service: words.text("service") }));
    const text = withSchema(found.result.text, words.text("schema") ?? schemaAddress);
    const made = { ...found, result: { ...found.result, text } };
    terminal.report(made.warnings, []);
    if (words.has("print")) {
      terminal.print(terminal.isJson ? `${JSON.stringify(made.result)}\n` : made.result.text);
      return exitCodes.fine;
    }
    const isThere = await writeNew(path.join(folder, file), { text: made.result.text, isForced: words.has("force") });
    if (isThere) {
      throw new BuildError([
        {
          severity: "error",
          code: "SPEC_EXISTS",
          message: `cannot write ${file}: it is there already`,
          hint: "name another file with -f, or add --force",
        },
      ]);
    }
    if (terminal.isJson) terminal.print(`${JSON.stringify({ file, ...made.result })}\n`);
    terminal.say(`${file}: written ${made.what}; build it with docker build -f ${file} -t NAME .`);
    return exitCodes.fine;
  },
};

/** A spec with the line by which editors find its schema: below the first one, which Docker reads. */
function withSchema(text: string, address: string): string {
  if (address === "none") return text;
  const [first = "", ...rest] = text.split("\n");
  return [first, `# yaml-language-server: $schema=${address}`, ...rest].join("\n");
}

interface Made {
  readonly result: { readonly text: string; readonly [name: string]: unknown };
  /** What it was written for, or from. */
  readonly what: string;
  readonly warnings: readonly Diagnostic[];
}

async function detect(files: ProjectFiles, syntax: string): Promise<Made> {
  const { detected, diagnostics } = await detectSpec(files, { syntax });
  if (detected === undefined) throw new BuildError(diagnostics);
  return { result: { ...detected }, what: `for ${detected.name}`, warnings: diagnostics };
}

interface Wanted {
  readonly folder: string;
  readonly file: string;
  readonly files: ProjectFiles;
  readonly syntax: string;
  readonly service: string | undefined;
}

async function migrate({ folder, file, files, syntax, service }: Wanted): Promise<Made> {
  // The file itself may be one that the build context leaves out.
  const bytes = readFileHead(path.join(folder, file), maxBytes);
  if (bytes === undefined || bytes.length >= maxBytes) {
    const reason = bytes === undefined ? "there is no such file" : "it is larger than 1 MiB";
    const message = `cannot write a spec from ${file}: ${reason}`;
    const hint = "name a file of the folder, as --from Dockerfile";
    throw new BuildError([{ severity: "error", code: "MIGRATION_UNABLE", message, hint }]);
  }
  const text = new TextDecoder().decode(bytes).replaceAll("\r\n", "\n");
  const names = contextNames((await openProject(files)).files);
  const { text: spec, diagnostics } = await migrateFile({ file, text, files, names, syntax, service });
  if (spec === undefined) throw new BuildError(diagnostics);
  return { result: { from: file, text: spec }, what: `from ${file}`, warnings: diagnostics };
}

const maxBytes = 1024 * 1024;

/** Writes a file; answers true, and leaves it, when it is there and may not be replaced. */
async function writeNew(
  hostPath: string,
  { text, isForced }: { readonly text: string; readonly isForced: boolean },
): Promise<boolean> {
  try {
    await fs.writeFile(hostPath, text, { flag: isForced ? "w" : "wx" });
    return false;
  } catch (failure) {
    if (failure instanceof Error && "code" in failure && failure.code === "EEXIST") return true;
    throw failure;
  }
}
