import type { NodeCommand } from "../../languages/javascript/arguments.ts";

/** The program in a command line of bun. */
export interface BunCommand extends Pick<NodeCommand, "preloads" | "files" | "conditions" | "code"> {
  /** A file, or with `run` maybe the name of a script of package.json. */
  readonly target: string | undefined;
  /** True where a script of package.json of that name comes before a file. */
  readonly isScript: boolean;
  /** `--cwd`, as written. */
  readonly directory: string | undefined;
  /** `--config`, as written. */
  readonly config: string | undefined;
  /** False with `--no-env-file`. */
  readonly readsEnvFiles: boolean;
  /** True where `--env-file` names others. */
  readonly namesEnvFiles: boolean;
}

/** Reads arguments as bun(1) does: options, maybe `run`, options again, and what runs. */
export function readBunCommand(args: readonly string[]): BunCommand {
  const preloads: NodeCommand["preloads"][number][] = [];
  const files: NodeCommand["files"][number][] = [];
  const conditions: string[] = [];
  const named = new Map<string, string>();
  let hasEnvFiles = true;
  let isRun = false;
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index] ?? "";
    if (word === "run" && !isRun) {
      isRun = true;
      continue;
    }
    if (word === "--" || word === "-" || !word.startsWith("-")) break;
    const equals = word.indexOf("=");
    const option = equals === -1 ? word : word.slice(0, equals);
    if (option === "--no-env-file") hasEnvFiles = false;
    if (!valued.has(option)) continue;
    const value = equals === -1 ? (args[++index] ?? "") : word.slice(equals + 1);
    if (preloading.has(option)) preloads.push({ specifier: value, mode: "import", option });
    else if (option === "--conditions") conditions.push(value);
    else if (option === "--env-file" || option === "--tsconfig-override") {
      for (const path of value.split(",")) files.push({ path, option, optional: false });
    }
    named.set(option, value);
  }
  if (args[index] === "--") index++;
  const code = ["-e", "--eval", "-p", "--print"].map((option) => named.get(option)).find((text) => text !== undefined);
  const target = code === undefined && args[index] !== "-" ? args[index] : undefined;
  return {
    preloads,
    files,
    conditions,
    code,
    target: isOwnCommand(target, isRun) ? undefined : target,
    isScript: target !== undefined && !/^\.{0,2}\//u.test(target),
    directory: named.get("--cwd"),
    config: named.get("--config") ?? named.get("-c"),
    readsEnvFiles: hasEnvFiles,
    namesEnvFiles: named.has("--env-file"),
  };
}

const preloading: ReadonlySet<string> = new Set(["-r", "--preload", "--require", "--import"]);

/** Options whose value may be the next word (bun run --help). */
const valued: ReadonlySet<string> = new Set([
  ...preloading,
  "-F",
  "-c",
  "-d",
  "-e",
  "-p",
  "--conditions",
  "--config",
  "--console-depth",
  "--cpu-prof-dir",
  "--cpu-prof-name",
  "--cwd",
  "--define",
  "--dns-result-order",
  "--drop",
  "--env-file",
  "--eval",
  "--extension-order",
  "--feature",
  "--fetch-preconnect",
  "--filter",
  "--jsx-factory",
  "--jsx-fragment",
  "--jsx-import-source",
  "--jsx-runtime",
  "--loader",
  "--main-fields",
  "--max-http-header-size",
  "--port",
  "--print",
  "--shell",
  "--title",
  "--tsconfig-override",
  "--unhandled-rejections",
  "--user-agent",
]);

/** The commands that bun runs itself, without an application. */
const own: ReadonlySet<string> = new Set(
  "add audit build c create exec feedback i info init install link outdated patch patch-commit pm publish remove repl rm test uninstall unlink update upgrade why x".split(
    " ",
  ),
);

function isOwnCommand(target: string | undefined, isRun: boolean): boolean {
  return !isRun && target !== undefined && own.has(target);
}
