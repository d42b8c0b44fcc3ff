import { isUntoldOption } from "../../languages/untold-options.ts";

/** The options in the arguments of perl(1). */
export interface PerlCommand {
  /** The file that it runs. */
  readonly script: string | undefined;
  /** The words after the script. */
  readonly arguments: readonly string[];
  /** The texts of `-e` and `-E`, a line each. */
  readonly code: string | undefined;
  /** Directories of `-I`. */
  readonly directories: readonly string[];
  /** Modules of `-M`, `-m` and `-d`. */
  readonly modules: readonly string[];
  /** `-S`: the script is looked up on PATH. */
  readonly searchesPath: boolean;
  /** `-d`: the debugger is loaded. */
  readonly isDebugged: boolean;
}

/** Reads arguments, or the words of PERL5OPT, as perlrun(1) says. */
export function readPerlCommand(args: readonly string[]): PerlCommand {
  const directories: string[] = [];
  const modules: string[] = [];
  const code: string[] = [];
  let searchesPath = false;
  let isDebugged = false;
  let index = 0;
  scan: for (; index < args.length; index++) {
    const argument = args[index] ?? "";
    if (argument === "--") {
      index++;
      break;
    }
    if (isUntoldOption(args, index)) continue;
    if (!argument.startsWith("-") || argument === "-") break;
    for (let at = 1; at < argument.length; at++) {
      const rest = argument.slice(at + 1);
      switch (argument.charAt(at)) {
        case "e":
        case "E":
          code.push(rest === "" ? (args[++index] ?? "") : rest);
          continue scan;
        case "I":
          directories.push(rest === "" ? (args[++index] ?? "") : rest);
          continue scan;
        case "M":
        case "m":
          modules.push(moduleOf(rest === "" ? (args[++index] ?? "") : rest));
          continue scan;
        case "d":
          isDebugged = true;
          if (/^t?:/u.test(rest)) modules.push(`Devel::${moduleOf(rest.replace(/^t?:/u, ""))}`);
          continue scan;
        case "S":
          searchesPath = true;
          break;
        // These take what is joined to them.
        case "C":
        case "D":
        case "F":
        case "V":
        case "i":
        case "x":
          continue scan;
        case "0":
        case "l":
          at += /^(?:x[\da-f]*|[0-7]*)/iu.exec(rest)?.[0].length ?? 0;
          break;
        default:
      }
    }
  }
  const script = code.length > 0 || args[index] === "-" ? undefined : args[index];
  const text = code.length === 0 ? undefined : code.join("\n");
  const rest = args.slice(script === undefined ? index : index + 1);
  return { script, arguments: rest, code: text, directories, modules, searchesPath, isDebugged };
}

/** `-MFoo=bar`, `-M-Foo` and `-M'Foo qw(bar)'` all name Foo. */
function moduleOf(text: string): string {
  return /^-?\s*([\w:]+)/u.exec(text)?.[1] ?? "";
}

/** Names of modules among arguments: `--formatter TAP::Formatter::HTML`, `--backend=Own::Store`. */
export function modulesIn(args: readonly string[]): readonly string[] {
  return args.flatMap((one) => one.match(/(?<![\w:])[A-Z]\w*(?:::\w+)+(?![\w:])/gu) ?? []);
}
