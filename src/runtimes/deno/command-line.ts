import type { NodeCommand } from "../../languages/javascript/arguments.ts";

/** The program in a command line of deno. */
export interface DenoCommand extends Pick<NodeCommand, "preloads" | "files" | "conditions" | "code" | "script"> {
  /** The name of `deno task`. */
  readonly task: string | undefined;
  /** `--config` and `--import-map`, as written. */
  readonly config: string | undefined;
  readonly importMap: string | undefined;
  /** False with `--no-config`. */
  readonly findsConfig: boolean;
  /** The value of `--node-modules-dir`. */
  readonly nodeModules: string | undefined;
  readonly hasVendor: boolean;
}

/** Commands that run a program of the application; what stands for none is the program itself. */
const running: ReadonlySet<string> = new Set(["run", "serve", "eval", "task", "bench", "test"]);
/** The commands that deno runs itself, without an application. */
const own: ReadonlySet<string> = new Set(
  "add approve-scripts audit bundle bump-version cache check clean compile completions coverage create deploy doc fmt help info init install jupyter lint lsp outdated publish remove repl sandbox types uninstall update upgrade vendor why x".split(
    " ",
  ),
);

/** Options whose value may be the next word (deno run --help); those of all others follow `=`. */
const valued: ReadonlySet<string> = new Set([
  "-c",
  "--cert",
  "--conditions",
  "--config",
  "--cwd",
  "--ext",
  "--host",
  "--import-map",
  "--inspect-publish-uid",
  "--location",
  "--log-level",
  "-L",
  "--min-dep-age",
  "--node-modules-linker",
  "--port",
  "--preload",
  "--require",
  "--seed",
]);

/** Reads arguments as deno does: maybe a command, options, and what runs. */
export function readDenoCommand(args: readonly string[]): DenoCommand {
  const preloads: NodeCommand["preloads"][number][] = [];
  const files: NodeCommand["files"][number][] = [];
  const conditions: string[] = [];
  const named = new Map<string, string>();
  let command: string | undefined;
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index] ?? "";
    if (command === undefined && (running.has(word) || own.has(word))) {
      command = word;
      continue;
    }
    if (word === "--" || word === "-" || !word.startsWith("-")) break;
    const equals = word.indexOf("=");
    const option = equals === -1 ? word : word.slice(0, equals);
    const value = equals !== -1 ? word.slice(equals + 1) : valued.has(option) ? (args[++index] ?? "") : "";
    named.set(option, value);
    if (option === "--preload") preloads.push({ specifier: value, mode: "import", option });
    else if (option === "--require") preloads.push({ specifier: value, mode: "require", option });
    else if (option === "--conditions") conditions.push(...value.split(","));
    else if (option === "--env-file") files.push({ path: value || ".env", option, optional: true });
    else if (option === "--cert") files.push({ path: value, option, optional: false });
    else if (option === "--lock" && value !== "") files.push({ path: value, option, optional: false });
  }
  if (args[index] === "--") index++;
  const target = args[index] === "-" || (command !== undefined && own.has(command)) ? undefined : args[index];
  return {
    preloads,
    files,
    conditions,
    code: command === "eval" ? target : undefined,
    script: command === "eval" || command === "task" ? undefined : target,
    task: command === "task" ? target : undefined,
    config: named.get("--config") ?? named.get("-c"),
    importMap: named.get("--import-map"),
    findsConfig: !named.has("--no-config"),
    nodeModules: named.has("--node-modules-dir") ? named.get("--node-modules-dir") || "auto" : undefined,
    hasVendor: named.has("--vendor") && named.get("--vendor") !== "false",
  };
}
