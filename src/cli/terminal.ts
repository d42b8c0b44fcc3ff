import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { escapeText, printLines } from "../diagnostics/escape.ts";
import { groupDigits } from "../diagnostics/numbers.ts";
import { type RenderSource, renderJson, renderText } from "../diagnostics/render.ts";

/** Where a command's words go. */
export interface Streams {
  out(text: string): void;
  err(text: string): void;
  /** True when a person sees standard error, with colours. */
  readonly isColoured: boolean;
  /** True when standard error is a terminal, where a line can be drawn over. */
  readonly isTerminal?: boolean;
  /** Milliseconds from any start. Default: the process's own. */
  readonly now?: () => number;
}

/** Work that takes a while, as a person is told of it. */
export interface Task {
  /** Bytes that were done since the last call. */
  advance(bytes: number): void;
  finish(): void;
}

export interface TerminalOptions {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
}

/** The messages of a command, and their receiver. */
export interface Terminal extends TerminalOptions {
  /** True when a person sees standard error. */
  readonly isTerminal: boolean;
  /** The result, to standard output; nothing else goes there. */
  print(text: string): void;
  /** Progress, to standard error; silent with `-q`. */
  say(text: string): void;
  /** Details, to standard error; only with `-v`. */
  detail(text: string): void;
  /** Words of another program, to standard error as they are. */
  pass(text: string): void;
  /** Says that work begins: a line that is kept up to date on a terminal, a plain one elsewhere; silent with `-q`. */
  start(what: string): Task;
  /** Findings, to standard error: text, or one JSON document with `--json`. */
  report(diagnostics: readonly Diagnostic[], sources: readonly RenderSource[]): void;
}

/** Nobody reads more of them at once, and a hostile source can make any number. */
const shownFindings = 100;
/** Milliseconds between two drawings of a line. */
const drawMilliseconds = 100;

export function openTerminal(streams: Streams, options: TerminalOptions): Terminal {
  const now = streams.now ?? (() => performance.now());
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) streams.err(eraseLine);
    isDrawn = false;
  };
  const tell = (text: string): void => {
    clear();
    streams.err(text);
  };
  return {
    ...options,
    isTerminal: streams.isTerminal === true,
    pass: tell,
    print(text) {
      clear();
      streams.out(text);
    },
    say: (text) => {
      if (!options.isQuiet) tell(printLines([text]));
    },
    detail: (text) => {
      if (options.isVerbose) tell(printLines([text]));
    },
    start(work) {
      const what = escapeText(work);
      if (options.isQuiet) return { advance() {}, finish() {} };
      if (streams.isTerminal !== true) {
        tell(`${what}\n`);
        return { advance() {}, finish() {} };
      }
      const begun = now();
      let bytes = 0;
      let drawn = Number.NEGATIVE_INFINITY;
      const draw = (): void => {
        if (now() - drawn < drawMilliseconds) return;
        drawn = now();
        streams.err(`${eraseLine}${what}${describeRate(bytes, drawn - begun)}`);
        isDrawn = true;
      };
      draw();
      return {
        advance(more) {
          bytes += more;
          draw();
        },
        finish: clear,
      };
    },
    report(diagnostics, sources) {
      if (diagnostics.length === 0) return;
      const shown = diagnostics.length > shownFindings ? foremost(diagnostics) : diagnostics;
      const more = diagnostics.length - shown.length;
      const rest = more === 0 ? "" : `and ${groupDigits(more)} more: add --json to see them\n`;
      const text = options.isJson ? renderJson(diagnostics) : renderText(shown, sources) + rest;
      tell(streams.isColoured && !options.isJson ? paint(text) : text);
    },
  };
}

/** Errors come before warnings where not all are shown. */
function foremost(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const others = diagnostics.filter(({ severity }) => severity !== "error");
  return [...errors, ...others].slice(0, shownFindings);
}

/** Bytes and their rate; nothing before there are any. */
function describeRate(bytes: number, milliseconds: number): string {
  if (bytes === 0) return "";
  const megabytes = bytes / 1e6;
  const rate = milliseconds < drawMilliseconds ? "" : `, ${((megabytes / milliseconds) * 1000).toFixed(1)} MB/s`;
  return `: ${megabytes.toFixed(1)} MB${rate}`;
}

/** True when colours are wanted: a terminal, no NO_COLOR (https://no-color.org), and one that knows them. */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const isRefused = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  return isTerminal && !isRefused && env["TERM"] !== "dumb";
}

const escape = "\u001B";
const eraseLine = `\r${escape}[K`;

// Lines of the spec are indented, so that nothing of them can look like a headline.
function paint(text: string): string {
  return text
    .replaceAll(/^([A-Z][A-Z0-9_]+)( \(warning\))?: /gmu, (_, code: string, mark: string | undefined) => {
      const colour = mark === undefined ? 31 : 33;
      return `${escape}[1;${colour}m${code}${escape}[0m${mark ?? ""}: `;
    })
    .replaceAll(/^hint: /gmu, `${escape}[36mhint:${escape}[0m `);
}

/** The same terminal for work that nobody waits for: only details are told. */
export function silent(terminal: Terminal): Terminal {
  const nothing = (): void => undefined;
  return {
    ...terminal,
    isJson: false,
    isQuiet: true,
    isTerminal: false,
    print: nothing,
    say: nothing,
    pass: nothing,
    start: () => ({ advance: nothing, finish: nothing }),
    report: nothing,
  };
}
