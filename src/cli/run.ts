import { BuildError } from "../diagnostics/diagnostic.ts";
import { escapeText, quote } from "../diagnostics/escape.ts";
import { renderCrash } from "../diagnostics/invariant.ts";
import type { RenderSource } from "../diagnostics/render.ts";
import { didYouMean, wordList } from "../spec/suggest.ts";
import type { Command } from "./command.ts";
import { type CommandLoader, commandLoaders, loadCommands } from "./commands.ts";
import { dockerCommandHint } from "./docker-habits.ts";
import { type ExitCode, exitCodeOf, exitCodes, isIoError } from "./exit-codes.ts";
import { renderCommandHelp, renderHelp } from "./help.ts";
import { openTerminal, type Streams, type Terminal } from "./terminal.ts";
import { parseWords } from "./words.ts";

/** The parts of the machine that a command line uses. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly streams: Streams;
  readonly hostFolder: string;
  readonly signal: AbortSignal;
  /** Default: all there are. */
  readonly commands?: readonly Command[];
}

/** Runs one command line to its end and returns the exit code; never throws. */
export async function runCommandLine(line: CommandLine): Promise<ExitCode> {
  const { streams, args } = line;
  const commands = line.commands?.map(loaded) ?? commandLoaders;
  const [first, ...rest] = args;
  const name = first === "--version" || first === "-v" ? "version" : first;
  const plain = openTerminal(streams, { isJson: false, isQuiet: false, isVerbose: false });
  if (name === undefined) {
    streams.err(renderHelp(await loadCommands(commands)));
    return exitCodes.wrong;
  }
  if (name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    streams.out(renderHelp(await loadCommands(commands)));
    return exitCodes.fine;
  }
  const asked = name === "help" ? (rest[0] ?? "") : name;
  const found = commands.find((known) => known.name === asked);
  if (found === undefined)
    return reportFailure(unknownCommand(asked, commands), { streams, terminal: plain, seen: [] });
  const command = await found.load();
  if (name === "help") {
    streams.out(renderCommandHelp(command));
    return exitCodes.fine;
  }
  return runCommand(command, { ...line, args: rest });
}

async function runCommand(command: Command, line: CommandLine): Promise<ExitCode> {
  const { streams, args, hostFolder, signal } = line;
  // Problems with the words themselves are told in the form that they ask for.
  const isJson = args.includes("--json");
  let terminal = openTerminal(streams, { isJson, isQuiet: false, isVerbose: false });
  const seen: RenderSource[] = [];
  try {
    const words = parseWords(command, args);
    if (words.has("help")) {
      streams.out(renderCommandHelp(command));
      return exitCodes.fine;
    }
    terminal = openTerminal(streams, { isJson, isQuiet: words.has("quiet"), isVerbose: words.has("verbose") });
    return await command.run({ words, terminal, signal, hostFolder, seen });
  } catch (failure) {
    if (signal.aborted) {
      terminal.say("interrupted");
      return exitCodes.interrupted;
    }
    return reportFailure(failure, { streams, terminal, seen });
  }
}

function reportFailure(
  failure: unknown,
  {
    streams,
    terminal,
    seen,
  }: { readonly streams: Streams; readonly terminal: Terminal; readonly seen: readonly RenderSource[] },
): ExitCode {
  const code = exitCodeOf(failure);
  if (failure instanceof BuildError) {
    terminal.report(failure.diagnostics, seen);
    return code;
  }
  if (isIoError(failure)) {
    const message = `cannot go on: ${escapeText(failure.message)}`;
    terminal.report([{ severity: "error", code: "IO_ERROR", message, hint: ioHint(failure) }], []);
    return code;
  }
  streams.err(`${renderCrash(failure)}\n`);
  return code;
}

const ioHints: ReadonlyMap<unknown, string> = new Map([
  ["ENOSPC", "make room on the disk"],
  ["EDQUOT", "make room on the disk"],
  ["EROFS", "choose a place that can be written to"],
  ["EACCES", "choose a place that you may use"],
  ["EPERM", "choose a place that you may use"],
  ["EMFILE", "allow more open files, as with ulimit -n 4096"],
  ["ENAMETOOLONG", "choose a place with a shorter path"],
]);

/** A place that is named can be made fit. */
function ioHint(failure: Error): string {
  const code = "code" in failure && "path" in failure ? failure.code : undefined;
  return ioHints.get(code) ?? "try again later";
}

function loaded(command: Command): CommandLoader {
  return { name: command.name, load: async () => Promise.resolve(command) };
}

function unknownCommand(name: string, commands: readonly Pick<Command, "name">[]): BuildError {
  const names = commands.map((command) => command.name);
  return new BuildError([
    {
      severity: "error",
      code: "COMMAND_UNKNOWN",
      message: `cannot run ${quote(name)}: there is no such command`,
      hint: dockerCommandHint(name) ?? didYouMean(name, names) ?? `use one of ${wordList(names)}`,
    },
  ]);
}
