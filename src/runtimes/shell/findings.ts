import type { Finding, Yield } from "../../closure/model/closure.ts";
import type { Bound } from "../../closure/model/unknown.ts";
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

/** SHELL_COMMAND_COMPUTED. */
export function untold(location: ScriptLocation, site: CommandSite): Finding {
  return {
    severity: "warning",
    code: "SHELL_COMMAND_COMPUTED",
    path: location.path,
    message: `cannot tell what line ${site.line} of ${location.path} runs: ${site.words[0]?.text ?? ""} is known only when it runs`,
    hint: "list the programs that it can be under `binaries`, or give it a value in `env`",
  };
}

/** SHELL_COMMAND_MISSING. */
export function missing(location: ScriptLocation, site: CommandSite, name: string): Finding {
  return {
    severity: "warning",
    code: "SHELL_COMMAND_MISSING",
    path: location.path,
    message: `cannot find ${name}: line ${site.line} of ${location.path} runs it, not on the PATH of the builder`,
    hint: "install it in the builder, or leave the line out of the script",
  };
}

export const anything = { kind: "anything" } as const;

/** A name of which a part is known when it runs. */
export function unknownName(what: string, { line }: CommandSite, bound: Bound): Yield {
  return { unknown: { kind: "computed-name", line, what, bound } };
}
