import { isUntoldOption } from "../../languages/untold-options.ts";

/** The options in the arguments of ruby(1). */
export interface RubyCommand {
  /** The file that it runs. */
  readonly script: string | undefined;
  /** The words after the script. */
  readonly arguments: readonly string[];
  /** The texts of `-e`, a line each. */
  readonly code: string | undefined;
  /** Directories of `-I`. */
  readonly directories: readonly string[];
  /** Libraries of `-r`, and those that other options load. */
  readonly libraries: readonly string[];
  /** The directory of `-C`. */
  readonly directory: string | undefined;
  /** `-S`: the script is looked up on PATH. */
  readonly searchesPath: boolean;
  /** The features that `--disable` and `--enable` switch: `gems`, `did_you_mean` ... */
  readonly disabled: ReadonlySet<string>;
}

/** Long options that take the next argument where none is joined with `=`. */
const valued = new Set([
  "--backtrace-limit",
  "--crash-report",
  "--debug-counters",
  "--dump",
  "--encoding",
  "--external-encoding",
  "--internal-encoding",
  "--parser",
]);

/** Reads arguments, or the words of RUBYOPT, as ruby(1) says. */
export function readRubyCommand(args: readonly string[]): RubyCommand {
  const directories: string[] = [];
  const libraries: string[] = [];
  const code: string[] = [];
  const disabled = new Set<string>();
  let directory: string | undefined;
  let searchesPath = false;
  let index = 0;
  const next = (joined: string): string => (joined === "" ? (args[++index] ?? "") : joined);
  scan: for (; index < args.length; index++) {
    const argument = args[index] ?? "";
    if (argument === "--") {
      index++;
      break;
    }
    if (isUntoldOption(args, index)) continue;
    if (!argument.startsWith("-") || argument === "-") break;
    if (argument.startsWith("--")) {
      const [name = "", value] = argument.split("=", 2);
      const feature = /^--(disable|enable)(?:-(.+))?$/u.exec(name);
      if (feature !== null) setFeatures(disabled, feature[1] === "disable", value ?? feature[2] ?? next(""));
      else if (value === undefined && valued.has(name)) index++;
      continue;
    }
    for (let at = 1; at < argument.length; at++) {
      const rest = argument.slice(at + 1);
      switch (argument.charAt(at)) {
        case "e":
          code.push(next(rest));
          continue scan;
        case "I":
          directories.push(...next(rest).split(":"));
          continue scan;
        case "r":
          libraries.push(next(rest));
          continue scan;
        case "C":
        case "X":
          directory = next(rest);
          continue scan;
        case "S":
          searchesPath = true;
          break;
        case "E":
          next(rest);
          continue scan;
        // These take what is joined to them.
        case "F":
        case "i":
        case "x":
        case "W":
        case "K":
        case "T":
        case "0":
          continue scan;
        default:
      }
    }
  }
  const script = code.length > 0 || args[index] === "-" ? undefined : args[index];
  return {
    script,
    arguments: script === undefined ? args.slice(index) : args.slice(index + 1),
    code: code.length === 0 ? undefined : code.join("\n"),
    directories: directories.filter((part) => part !== ""),
    libraries: libraries.filter((part) => part !== ""),
    directory,
    searchesPath,
    disabled,
  };
}

function setFeatures(disabled: Set<string>, isOff: boolean, names: string): void {
  for (const name of names.split(",")) {
    const feature = name === "gem" || name === "rubygems" ? "gems" : name.replaceAll("-", "_");
    if (isOff) disabled.add(feature);
    else disabled.delete(feature);
  }
}
