import type { RenderSource } from "../diagnostics/render.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** An option of a command, as `--help` shows it. */
export interface OptionSpec {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** The name of the value in help, such as `FILE`; absent: the option is a flag. */
  readonly value?: string;
  /** The possible values, where there is a list; completion offers it. */
  readonly values?: readonly string[];
  /** What completion looks up for its value. Absent: files of this machine. */
  readonly completes?: "targets";
  /** True when it may be given several times. */
  readonly isRepeatable?: boolean;
  readonly description: string;
}

/** One subcommand. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands: an imperative sentence without a full stop. */
  readonly summary: string;
  /** The description for its own help: lines of at most 100 characters. */
  readonly description: string;
  /** The words after the options: how help calls them, and how many there may be. */
  readonly operands: { readonly usage: string; readonly least: number; readonly most: number };
  /** How help calls the words after `--`, which are for another program; absent: there are none. */
  readonly passes?: string;
  /** The possible words after the options, where there is a list; completion offers it. */
  readonly values?: readonly string[];
  /** What completion looks up for these words, where they begin with a slash. */
  readonly completes?: "paths";
  /** Beside those that every command has (`commonOptions`). */
  readonly options: readonly OptionSpec[];
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /**
   * Throws `BuildError` for what is wrong with the input, and system errors as they come; both get their exit code and
   * their form from `runCommandLine`.
   */
  run(call: Call): Promise<ExitCode>;
}

/** One call of a command. */
export interface Call {
  readonly words: CommandWords;
  readonly terminal: Terminal;
  /** Aborted by SIGINT: what is half done must be undone, and the abort be thrown on. */
  readonly signal: AbortSignal;
  /** The folder that relative paths are relative to. */
  readonly hostFolder: string;
  /** Files that a failure may show lines of; a command adds those that it reads. */
  readonly seen: RenderSource[];
}

/** The parsed options and operands. */
export interface CommandWords {
  readonly operands: readonly string[];
  /** The words after `--`, of a command that passes them on. */
  readonly passed: readonly string[];
  /** The last value of an option. */
  text(name: string): string | undefined;
  /** All values of an option, in their order. */
  texts(name: string): readonly string[];
  has(name: string): boolean;
}
