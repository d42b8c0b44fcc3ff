import { fieldOf, isRecord } from "../../formats/json/json-object.ts";
import { parseRecordWithComments } from "../../formats/json/json-with-comments.ts";
import { splitShellWords } from "../../formats/text/shell-words.ts";
import { procfileProcess } from "../command-words.ts";
import type { LeftOut } from "./migration.ts";
import { lineOfKey, textOf } from "./yaml-file.ts";

/* Files that say how an application is started, and leave to detection how it is built. */

/** What such a file says. */
export interface StartFile {
  /** The command of the process that the image runs; undefined: detection finds it. */
  readonly command: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly packages: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Lines of a Procfile for other processes of the same application, which become targets where they can. */
  readonly others?: readonly { readonly name: string; readonly text: string }[];
}

/** Reads a Procfile. */
export function readProcfile(text: string): StartFile | undefined {
  const chosen = procfileProcess(text);
  if (chosen === undefined) return undefined;
  const others = text.split("\n").flatMap((line, index) => {
    const name = /^(?<name>[\w-]+):\s*\S/u.exec(line)?.groups?.["name"];
    return name === undefined || name === chosen.name ? [] : [{ name, text: line.trim(), line: index + 1 }];
  });
  const reason = "an image runs one process: give this to another container";
  const leftOut = others.map((one) => ({ line: one.line, what: one.text, reason }));
  return { command: chosen.command, env: {}, packages: [], leftOut, others };
}

/** Reads a railpack.json. */
export function readRailpack(text: string): StartFile | undefined {
  const file = parseRecordWithComments(text);
  if (file === undefined) return undefined;
  const deploy = fieldOf(file, "deploy");
  const kept = new Set(["$schema", "deploy", "provider"]);
  const keptOfDeploy = new Set(["startCommand", "variables", "aptPackages"]);
  const reason = "write it as build steps of a builder";
  const left = (record: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): readonly LeftOut[] =>
    Object.keys(record)
      .filter((key) => !names.has(key))
      .map((key) => ({ line: lineOfKey(text.replaceAll('"', ""), key), what: key, reason }));
  const variables = isRecord(deploy["variables"]) ? deploy["variables"] : {};
  const packages = Array.isArray(deploy["aptPackages"]) ? deploy["aptPackages"].map(textOf) : [];
  return {
    command: typeof deploy["startCommand"] === "string" ? deploy["startCommand"] : undefined,
    env: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, textOf(value)])),
    packages,
    leftOut: [...left(file, kept), ...left(deploy, keptOfDeploy)],
  };
}

/** The words of a start; a shell's where only a shell can run it. */
export function startWords(command: string): readonly string[] {
  return (
    splitShellWords(command.replaceAll(/\$\{PORT(?::?-[^}]*)?\}|\$PORT\b/gu, "8080")) ?? ["/bin/sh", "-c", command]
  );
}
