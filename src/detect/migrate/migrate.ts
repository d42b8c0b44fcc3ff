import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { escapeText } from "../../diagnostics/escape.ts";
import { isRecord } from "../../formats/json/json-object.ts";
import type { SpecKey } from "../candidate.ts";
import { detectSpec } from "../detect.ts";
import type { ProjectFiles } from "../project.ts";
import { comment, printKeys } from "../spec-text.ts";
import { migrateApko } from "./apko-file.ts";
import { plainText, writeArguments } from "./argument-marks.ts";
import { migrateCompose } from "./compose-file.ts";
import { readProcfile, readRailpack, type StartFile } from "./detected-start.ts";
import { migrateDockerfile } from "./dockerfile.ts";
import type { ContextNames, LeftOut, Migration, NoMigration } from "./migration.ts";
import { readYaml } from "./yaml-file.ts";

/** A file of another tool, and what lies beside it. */
export interface MigrationSource {
  /** Its path in the build context. */
  readonly file: string;
  readonly text: string;
  readonly files: ProjectFiles;
  readonly names: ContextNames;
  /** The image that the spec's first line names. */
  readonly syntax: string;
  /** The service of a Compose file. */
  readonly service?: string | undefined;
}

/** The spec that a file stands for; undefined, with errors, where there is none. */
export interface MigratedSpec {
  readonly text: string | undefined;
  /** Errors, or a warning for each thing that is left out. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a Dockerfile, a Compose file, a Procfile, an apko.yaml or a railpack.json, and writes a spec. */
export async function migrateFile(source: MigrationSource): Promise<MigratedSpec> {
  const { file, text, names, service } = source;
  const base = file.slice(file.lastIndexOf("/") + 1);
  if (/^procfile/iu.test(base)) return fromStart(source, readProcfile(text));
  if (base.endsWith(".json")) return fromStart(source, readRailpack(text));
  const yaml = /\.ya?ml$/u.test(base) ? readYaml(text) : undefined;
  if (isRecord(yaml?.["services"])) return written(source, migrateCompose(text, service));
  if (isRecord(yaml?.["contents"])) return written(source, migrateApko(text));
  if (yaml === undefined && /^[ \t]*FROM\s/imu.test(text)) {
    return written(source, migrateDockerfile({ text, file, names }));
  }
  return unable(source, {
    reason: "it is not a Dockerfile, compose.yaml, Procfile, apko.yaml or railpack.json",
    hint: "name one of these files with --from",
  });
}

function written(source: MigrationSource, migration: Migration | NoMigration): MigratedSpec {
  if ("reason" in migration) return unable(source, migration);
  const { keys, leftOut } = migration;
  const lines = [
    `# syntax=${source.syntax}`,
    ...comment(`Written from ${escapeText(source.file)}.`),
    ...leftOutLines(source, leftOut),
  ];
  const text = writeArguments(`${lines.join("\n")}\n${printKeys(keys.map(withoutMarks))}`);
  return { text, diagnostics: leftOut.map((one) => warning(source, one)) };
}

/** A reason is read by people, so an argument in it is a word. */
function withoutMarks({ key, value, because }: SpecKey): SpecKey {
  return { key, value, because: because === undefined ? undefined : plainText(because) };
}

/** What detection finds where the file's command is the start. */
async function fromStart(source: MigrationSource, start: StartFile | undefined): Promise<MigratedSpec> {
  if (start === undefined)
    return unable(source, { reason: "it names no process", hint: "write web: COMMAND in a Procfile" });
  const { command, env, packages, leftOut, others = [] } = start;
  const lines = [`web: ${command ?? ""}`, ...others.map(({ text }) => text), ""];
  const procfile = command === undefined ? undefined : new TextEncoder().encode(lines.join("\n"));
  const files: ProjectFiles = {
    async list(directory, limit) {
      const found = await source.files.list(directory, limit);
      const isRoot = directory === "" && procfile !== undefined && found?.includes("Procfile") !== true;
      return isRoot ? ["Procfile", ...(found ?? [])] : found;
    },
    read: async (path, limit) =>
      path === "Procfile" && procfile !== undefined ? Promise.resolve(procfile) : source.files.read(path, limit),
  };
  const { detected, diagnostics } = await detectSpec(files, { syntax: source.syntax, env, packages });
  if (detected === undefined) return { text: undefined, diagnostics };
  const isUsed = command === undefined || detected.evidence.some((one) => one.file === "Procfile");
  const reason = `${detected.name} starts by what it builds, and the spec says so`;
  const unused = isUsed ? [] : [{ line: undefined, what: command, reason }];
  // Other processes of the same application are targets, where their commands can be read.
  const isTarget = ({ what }: LeftOut): boolean =>
    others.some((one) => one.text === what && new RegExp(`^targets:[^]*^  ${one.name}:`, "mu").test(detected.text));
  const all = [...leftOut.filter((one) => !isTarget(one)), ...unused];
  const [first = "", ...rest] = detected.text.split("\n");
  return {
    text: [first, ...leftOutLines(source, all), ...rest].join("\n"),
    diagnostics: all.map((one) => warning(source, one)),
  };
}

function leftOutLines(source: MigrationSource, leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) return [];
  return ["# Left out:", ...leftOut.flatMap((one) => comment(`- ${sentenceOf(source, one)}`))];
}

function sentenceOf({ file }: MigrationSource, { line, what, reason }: LeftOut): string {
  const place = `${file}${line === undefined ? "" : `:${String(line)}`}`;
  const shown = plainText(what.replaceAll(/\s+/gu, " "));
  return escapeText(`${place}: ${shown.length > 120 ? `${shown.slice(0, 120)}...` : shown}: ${reason}`);
}

function warning(source: MigrationSource, one: LeftOut): Diagnostic {
  return { severity: "warning", code: "MIGRATION_LEFT_OUT", message: `cannot carry ${sentenceOf(source, one)}` };
}

function unable({ file }: MigrationSource, { reason, hint }: NoMigration): MigratedSpec {
  const message = `cannot write a spec from ${escapeText(file)}: ${reason}`;
  return { text: undefined, diagnostics: [{ severity: "error", code: "MIGRATION_UNABLE", message, hint }] };
}
