import { isUntoldOption } from "../untold-options.ts";
import type { ModuleMode } from "./resolver.ts";

/** The files that a command line of node (or NODE_OPTIONS) makes it load. */
export interface NodeCommand {
  /** The program, as written; undefined when there is none. */
  readonly script: string | undefined;
  /** Modules that load before it, by `--require` and `--import`. */
  readonly preloads: readonly { readonly specifier: string; readonly mode: ModuleMode; readonly option: string }[];
  /** Files that options name, by `--env-file` and the like. */
  readonly files: readonly { readonly path: string; readonly option: string; readonly optional: boolean }[];
  readonly conditions: readonly string[];
  /** Code of `--eval`. */
  readonly code: string | undefined;
  /** The script of package.json that `--run` names, and the words for it. */
  readonly run?: { readonly name: string; readonly args: readonly string[] };
}

/** Reads arguments as node(1) does: options up to the first word that is none, which is the program. */
export function readNodeCommand(args: readonly string[]): NodeCommand {
  const preloads: NodeCommand["preloads"][number][] = [];
  const files: NodeCommand["files"][number][] = [];
  const conditions: string[] = [];
  let code: string | undefined;
  let runName: string | undefined;
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index] ?? "";
    if (isUntoldOption(args, index)) continue;
    if (word === "--" || word === "-" || !word.startsWith("-")) break;
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const option = equals === -1 ? word : word.slice(0, equals);
    if (!valued.has(option)) continue;
    const value = equals === -1 ? (args[++index] ?? "") : word.slice(equals + 1);
    if (option === "--run") runName = value;
    else if (option === "-r" || option === "--require") preloads.push({ specifier: value, mode: "require", option });
    else if (loading.has(option)) preloads.push({ specifier: value, mode: "import", option });
    else if (naming.has(option)) files.push({ path: value, option, optional: option === "--env-file-if-exists" });
    else if (option === "-C" || option === "--conditions") conditions.push(value);
    else if (evaluating.has(option)) code = value;
  }
  if (args[index] === "--") index++;
  if (runName !== undefined) {
    const run = { name: runName, args: args.slice(index) };
    return { script: undefined, preloads, files, conditions, code, run };
  }
  const script = code === undefined && args[index] !== "-" ? args[index] : undefined;
  return { script, preloads, files, conditions, code };
}

/** Splits NODE_OPTIONS as node does: at spaces, with double quotes and backslashes inside them. */
export function splitNodeOptions(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === '"') {
      isQuoted = !isQuoted;
      word ??= "";
    } else if (character === " " && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      if (character === "\\" && isQuoted) at++;
      word = (word ?? "") + (text[at] ?? "");
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

const loading: ReadonlySet<string> = new Set(["--import", "--loader", "--experimental-loader"]);
const naming: ReadonlySet<string> = new Set([
  "--env-file",
  "--env-file-if-exists",
  "--icu-data-dir",
  "--openssl-config",
  "--experimental-config-file",
  "--snapshot-blob",
]);
const evaluating: ReadonlySet<string> = new Set(["-e", "--eval", "-p", "--print", "-pe"]);

/** Options whose value may be the next word (nodejs.org/api/cli.html). Values of all others follow `=`. */
const valued: ReadonlySet<string> = new Set([
  ...loading,
  ...naming,
  ...evaluating,
  "-r",
  "--require",
  "--run",
  "-C",
  "--conditions",
  "--diagnostic-dir",
  "--disable-warning",
  "--dns-result-order",
  "--heapsnapshot-signal",
  "--input-type",
  "--max-http-header-size",
  "--redirect-warnings",
  "--report-dir",
  "--report-directory",
  "--report-filename",
  "--report-signal",
  "--secure-heap",
  "--secure-heap-min",
  "--stack-trace-limit",
  "--test-name-pattern",
  "--test-reporter",
  "--test-reporter-destination",
  "--title",
  "--tls-cipher-list",
  "--tls-keylog",
  "--trace-event-categories",
  "--trace-event-file-pattern",
  "--trace-require-module",
  "--unhandled-rejections",
  "--watch-path",
]);
