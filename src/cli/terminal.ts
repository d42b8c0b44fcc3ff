import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type RenderSource, renderJson, renderText } from "../diagnostics/render.ts";

/** Where a command's words go. */
export interface Streams {
  out(text: string): void;
  err(text: string): void;
  /** True when a person sees standard error, with colours. */
  readonly isColoured: boolean;
}

export interface TerminalOptions {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
}

/** What a command says, and to whom. */
export interface Terminal extends TerminalOptions {
  /** The result, to standard output; nothing else goes there. */
  print(text: string): void;
  /** What happens, to standard error; silent with `-q`. */
  say(text: string): void;
  /** Details, to standard error; only with `-v`. */
  detail(text: string): void;
  /** Findings, to standard error: text, or one JSON document with `--json`. */
  report(diagnostics: readonly Diagnostic[], sources: readonly RenderSource[]): void;
}

export function openTerminal(streams: Streams, options: TerminalOptions): Terminal {
  return {
    ...options,
    print: (text) => streams.out(text),
    say: (text) => {
      if (!options.isQuiet) streams.err(`${text}\n`);
    },
    detail: (text) => {
      if (options.isVerbose) streams.err(`${text}\n`);
    },
    report(diagnostics, sources) {
      if (diagnostics.length === 0) return;
      const text = options.isJson ? renderJson(diagnostics) : renderText(diagnostics, sources);
      streams.err(streams.isColoured && !options.isJson ? paint(text) : text);
    },
  };
}

/** True when colours are wanted: a terminal, no NO_COLOR (https://no-color.org), and one that knows them. */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const isRefused = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  return isTerminal && !isRefused && env["TERM"] !== "dumb";
}

const escape = "\u001B";

// Lines of the spec are indented, so that nothing of them can look like a headline.
function paint(text: string): string {
  return text
    .replaceAll(/^([A-Z][A-Z0-9_]+)( \(warning\))?: /gmu, (_, code: string, mark: string | undefined) => {
      const colour = mark === undefined ? 31 : 33;
      return `${escape}[1;${colour}m${code}${escape}[0m${mark ?? ""}: `;
    })
    .replaceAll(/^hint: /gmu, `${escape}[36mhint:${escape}[0m `);
}
