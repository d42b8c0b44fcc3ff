import type { Finding, Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
import { firstNames } from "../../diagnostics/first-names.ts";
import type { ScriptLocation } from "./scope.ts";
import type { CommandSite } from "./syntax.ts";

/** SHELL_UNREADABLE. */
export function unreadable(
  location: ScriptLocation,
  problem: { readonly reason: string; readonly line: number },
): Finding {
  return {
    severity: "warning",
    code: "SHELL_UNREADABLE",
    path: location.path,
    message: `cannot read the shell script ${location.path}: line ${problem.line}: ${problem.reason}`,
    hint: "correct the line, or list the programs that the rest of the script runs under `binaries`",
  };
}

/** More lines are told of together. */
const fewLines = 3;

/** SHELL_COMMAND_COMPUTED, once for each line, or for all of many. */
export function untold(location: ScriptLocation, sites: readonly CommandSite[]): readonly Finding[] {
  const others = sites.slice(1);
  const lines = others.map(({ line }) => String(line));
  const more = `; and ${String(others.length)} more lines: ${firstNames(lines, fewLines)}`;
  const told = sites.length > fewLines ? sites.slice(0, 1) : sites;
  return told.map((site) => ({
    severity: "warning",
    code: "SHELL_COMMAND_COMPUTED",
    path: location.path,
    message: `cannot tell what line ${site.line} of ${location.path} runs: ${computedWord(site)} is known only when it runs${sites.length > fewLines ? more : ""}`,
    hint: "list the programs that it can be under `binaries`, or give it a value in `env`",
  }));
}

/** The name of the program; or, where that is plain, the argument that names what it runs. */
function computedWord({ words }: CommandSite): string {
  const [program, ...args] = words.map(({ text }) => text);
  if (program === undefined || /[$`*?]/u.test(program)) return program ?? "";
  return args.find((text) => /[$`]/u.test(text)) ?? `what ${program} starts`;
}

/** SHELL_COMMAND_MISSING. */
export function missing(location: ScriptLocation, site: CommandSite, name: string): Finding {
  return {
    severity: "warning",
    code: "SHELL_COMMAND_MISSING",
    path: location.path,
    message: `cannot find ${name}: line ${site.line} of ${location.path} runs it, not on the PATH of the builder`,
    hint: "install it in the builder, or leave the line out of the script",
    unlessShipped: name,
  };
}

/** SHELL_COMMAND_MISSING, of a script that a program is given where the directory that it runs in is not known. */
export function lacking(location: ScriptLocation, site: CommandSite, name: string): Finding {
  return {
    severity: "warning",
    code: "SHELL_COMMAND_MISSING",
    path: location.path,
    message: `cannot find ${name}: line ${site.line} of ${location.path} runs it, not in a directory that is known`,
    hint: "name it by its whole path, or list it under `closure.include`",
    unlessShipped: name,
  };
}

export const anything = { kind: "anything" } as const;

/** A name of which a part is known when it runs. */
export function unknownName(what: string, { line }: CommandSite, bound: Bound): Yield {
  return { unknown: { kind: "computed-name", line, what, bound } };
}

/** A line in brackets, where it is known. */
export function lineOf(line: number | undefined): string {
  return line === undefined ? "" : ` (line ${line})`;
}
