import { isUntoldOption } from "../../languages/untold-options.ts";

/** The program in a Python command line. */
export type PythonTarget =
  | { readonly kind: "script"; readonly path: string }
  | { readonly kind: "module"; readonly name: string }
  | { readonly kind: "code"; readonly source: string }
  /** Standard input or the interactive prompt. */
  | { readonly kind: "none" };

export interface PythonCommand {
  readonly target: PythonTarget;
  /** Arguments after the target. */
  readonly rest: readonly string[];
  /** `-E` or `-I`: variables that begin with PYTHON are not read. */
  readonly ignoresEnvironment: boolean;
  /** `-S`. */
  readonly skipsSite: boolean;
  /** `-s` or `-I`. */
  readonly skipsUserSite: boolean;
  /** `-P` or `-I`: neither the script's directory nor the working directory is searched. */
  readonly isSafePath: boolean;
}

/** Reads a command line as `python3` does (Python: Command line and environment, 1.1). */
export function parseCommand(args: readonly string[]): PythonCommand {
  const flags = new Set<string>();
  let target: PythonTarget = { kind: "none" };
  let index = 0;
  scan: for (; index < args.length; index++) {
    const argument = args[index] ?? "";
    if (argument === "-") {
      index += 1;
      break;
    }
    if (isUntoldOption(args, index)) continue;
    if (!argument.startsWith("-")) {
      target = { kind: "script", path: argument };
      index += 1;
      break;
    }
    if (argument.startsWith("--")) {
      if (argument === "--check-hash-based-pycs") index += 1;
      continue;
    }
    for (let at = 1; at < argument.length; at++) {
      const letter = argument.charAt(at);
      const takesValue = letter === "c" || letter === "m" || letter === "W" || letter === "X";
      if (!takesValue) {
        flags.add(letter);
        continue;
      }
      const attached = argument.slice(at + 1);
      const value = attached === "" ? (args[++index] ?? "") : attached;
      if (letter === "c" || letter === "m") {
        target = letter === "c" ? { kind: "code", source: value } : { kind: "module", name: value };
        index += 1;
        break scan;
      }
      break;
    }
  }
  return {
    target,
    rest: args.slice(index),
    ignoresEnvironment: flags.has("E") || flags.has("I"),
    skipsSite: flags.has("S"),
    skipsUserSite: flags.has("s") || flags.has("I"),
    isSafePath: flags.has("P") || flags.has("I"),
  };
}
