import fs from "node:fs";
import path from "node:path";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { printLines, quote } from "../../diagnostics/escape.ts";
import type { AuditedFile } from "../../inspect/audit/audit.ts";
import { type CheckedStatement, checkStatements } from "../../inspect/vex/check-statements.ts";
import { type FileLists, parseFileLists } from "../../inspect/vex/evidence.ts";
import {
  fileListsName,
  fileListsPredicateType,
  listLimitBytes,
  openVexPredicateType,
} from "../../inspect/vex/findings.ts";
import type { ForeignFile } from "../../inspect/vex/foreign-code.ts";
import { type ReadStatement, readStatements } from "../../inspect/vex/read-statements.ts";
import { allPackages } from "../../resolver/plugins.ts";
import { auditImage } from "../audit-image.ts";
import type { Call, Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { imageNames } from "../image-locations.ts";
import { type OpenedImage, openImage } from "../open-image.ts";
import { registryOptions } from "../registry-options.ts";
import { misuse } from "../words.ts";

/** `pith vex verify`: whether statements about vulnerabilities hold for an image. */
export const vex: Command = {
  name: "vex",
  summary: "Check again what statements about vulnerabilities say of an image",
  description: `Reads statements that Pith made (OpenVEX, CSAF 2.0 or CycloneDX, from --target vex), and looks in the image for what they say
is not there: their packages, the files that they stand on, and the same code in files of no package of the distribution.
It ends with 1 where a statement does not hold, or does not say what it stands on. Without STATEMENTS it reads the OpenVEX that
is attached to the image.

${imageNames}`,
  operands: { usage: "verify [STATEMENTS] IMAGE", least: 2, most: 3 },
  options: [
    { name: "files", value: "FILE", description: `Lists of files. Default: ${fileListsName} beside STATEMENTS.` },
    { name: "platform", value: "OS/ARCH", description: "Of an image for several. Default: linux on this machine's." },
    ...registryOptions,
  ],
  examples: [
    { line: "pith vex verify vex.json image.tar", does: "Do the statements hold for what is shipped?" },
    { line: "pith vex verify localhost:5000/app:1", does: "Do those that are attached to it?" },
    {
      line: "pith vex verify --json vex.csaf.json app:1 | jq '.statements[] | select(.outcome != \"holds\")'",
      does: "Which do not, and why?",
    },
  ],
  async run(call) {
    const { words, terminal } = call;
    const [verb = "", ...named] = words.operands;
    if (verb !== "verify") {
      throw misuse(
        `cannot run pith vex ${quote(verb)}: there is no such verb`,
        "write pith vex verify STATEMENTS IMAGE",
      );
    }
    const image = named.at(-1) ?? "";
    const [file] = named.slice(0, -1);
    const checked = await checkIn(call, image, file === undefined ? undefined : readDocument(call, file));
    const broken = checked.filter(({ outcome }) => outcome !== "holds");
    terminal.print(terminal.isJson ? printJson(checked) : printText(checked, broken));
    return broken.length === 0 ? exitCodes.fine : exitCodes.failed;
  },
};

/** Reads statements with their lists of files. Throws VEX_INVALID. */
function readDocument(call: Call, file: string): readonly ReadStatement[] {
  const document = parseFile(call, file);
  const beside = call.words.text("files") ?? path.join(path.dirname(file), fileListsName);
  const isThere = call.words.has("files") || fs.existsSync(path.resolve(call.hostFolder, beside));
  const lists: FileLists = isThere ? readLists(call, beside) : new Map();
  const statements = readStatements(document, lists);
  if (statements === undefined) throw refuse(file, "not a document of statements in OpenVEX, CSAF 2.0 or CycloneDX");
  return statements;
}

function readLists(call: Call, file: string): FileLists {
  const lists = parseFileLists(parseFile(call, file));
  if (lists === undefined) throw refuse(file, "not a document of lists of files");
  return lists;
}

function parseFile({ hostFolder }: Pick<Call, "hostFolder">, file: string): unknown {
  const hostPath = path.resolve(hostFolder, file);
  const stat = fs.statSync(hostPath, { throwIfNoEntry: false });
  if (stat === undefined) throw refuse(file, "there is no such file");
  if (!stat.isFile() || stat.size > listLimitBytes) throw refuse(file, "not a file of at most 256 MiB");
  try {
    return JSON.parse(fs.readFileSync(hostPath, "utf8"));
  } catch (failure) {
    throw failure instanceof SyntaxError ? refuse(file, "it is not JSON") : failure;
  }
}

function refuse(file: string, why: string): BuildError {
  const message = `cannot read ${quote(file)}: ${why}`;
  const hint = "give vex.json, vex.csaf.json or vex.cdx.json of docker build --target vex";
  return new BuildError([{ severity: "error", code: "VEX_INVALID", message, hint }]);
}

async function checkIn(
  call: Call,
  name: string,
  given: readonly ReadStatement[] | undefined,
): Promise<readonly CheckedStatement[]> {
  const { audit } = await auditImage(call, name, { vulnerabilities: undefined });
  const ofSystem = new Set(audit.packages.filter(({ database }) => systemDatabases.has(database)).map(({ id }) => id));
  const tree = await openImage(call, name);
  try {
    return await checkStatements(given ?? attachedTo(tree, name), {
      root: tree.whole,
      packages: audit.packages,
      foreignFiles: audit.files
        .filter(({ stat, owner }) => stat.kind === "file" && (owner === undefined || !ofSystem.has(owner)))
        .map(toFile),
      files: audit.files.filter(({ stat }) => stat.kind === "file").map(toFile),
    });
  } finally {
    tree.close();
  }
}

const toFile = ({ path: own, stat }: AuditedFile): ForeignFile => ({ path: own, sizeBytes: stat.sizeBytes });

const systemDatabases: ReadonlySet<string> = new Set(
  allPackages.filter(({ kind }) => kind === "system").map(({ name }) => name),
);

/** The statements of an image's attestations. Throws VEX_INVALID. */
function attachedTo({ statements }: OpenedImage, name: string): readonly ReadStatement[] {
  const find = (type: string): readonly unknown[] =>
    statements.filter(({ predicateType }) => predicateType === type).map((one) => one.read());
  const lists = new Map(find(fileListsPredicateType).flatMap((one) => [...(parseFileLists(one) ?? [])]));
  const found = find(openVexPredicateType).flatMap((one) => readStatements(one, lists) ?? []);
  if (found.length === 0) throw refuse(name, "no statements are attached to it");
  return found;
}

function printText(checked: readonly CheckedStatement[], broken: readonly CheckedStatement[]): string {
  const lines = broken.flatMap(({ statement: { vulnerability, purls }, outcome, problems }) => [
    `${vulnerability}: ${outcome === "broken" ? "does not hold" : "cannot be checked"}: ${problems.join("; ")}`,
    ...purls.map((purl) => `  ${purl}`),
  ]);
  const holding = checked.length - broken.length;
  return printLines([...lines, `${String(holding)} of ${String(checked.length)} statements hold`]);
}

function printJson(checked: readonly CheckedStatement[]): string {
  const statements = checked.map(({ statement: { vulnerability, purls, justification }, outcome, problems }) => ({
    vulnerability,
    packages: purls,
    justification,
    outcome,
    problems,
  }));
  return `${JSON.stringify({ statements }, undefined, 2)}\n`;
}
