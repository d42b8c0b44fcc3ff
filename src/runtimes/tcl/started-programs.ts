import type { CallSyntax } from "../../languages/call-syntax.ts";

/** How the form of `commandCodeOf` starts programs. */
export const tclCalls: CallSyntax = {
  calls: /\bexec\(/gu,
  quoted: /(?!)/gu,
  hole: /\$\{[^}]{0,100}\}|\$[\w:]+(?:\([^()]{0,100}\))?/gu,
  variable: /^\s*([A-Za-z_]\w*)\s*[,)]/u,
  definition: /\bproc[ \t]+(?:\w*::)*([A-Za-z_]\w*)/gu,
  join: /(?!)/u,
  self: { atPlace: /(?!)/u, inText: /\$exec_name/gu },
  isAlwaysShell: false,
};

/** Commands of Tcl and Tk: some have names of programs. */
const builtIn =
  /^(?:after|append|apply|array|auto_\w+|binary|break|catch|cd|chan|clock|close|concat|continue|coroutine|dict|else|elseif|encoding|eof|error|eval|exec|exit|expr|fblocked|fconfigure|fcopy|file|fileevent|finally|flush|for|foreach|format|gets|glob|global|history|if|incr|info|interp|join|lappend|lassign|lindex|linsert|list|llength|lmap|load|lrange|lrepeat|lreplace|lreverse|lsearch|lset|lsort|namespace|oo|open|package|pid|proc|puts|pwd|read|regexp|regsub|rename|return|scan|seek|set|socket|source|spawn|split|string|subst|switch|tailcall|tell|then|throw|time|trace|try|unset|update|uplevel|upvar|variable|vwait|while|yield)$/u;

/** `exec`, `spawn` of expect, `auto_execok`, and the pipe that `open` begins with a sign. */
const starting =
  /(?:(?<=^|[[{;\s])(?:exec|spawn|auto_execok)[ \t]+((?:-\w{1,20}[ \t]+|--[ \t]+){0,4})|(?<=\bopen[ \t]+)["{]?\|[ \t]*)([^\n;]{1,1000})/gu;
const word = /(?<![\w$:(/.-])[A-Za-z][\w.+-]{0,60}(?=$|[\s"}\])])/gu;

/**
 * A source in a form in which commands have parentheses and words have quotes, line by line: Tcl needs neither, so that
 * any word may be a value.
 */
export function commandCodeOf(source: string): string {
  const code = source.replace(/^[ \t]*#[^\n]*/gmu, "").replace(/\\\n[ \t]*/gu, " ");
  return code
    .split("\n")
    .map((line) => `${[...callsIn(line), ...textsIn(line), ...wordsIn(line)].join("; ")}${procOf(line)}`)
    .join("\n");
}

function callsIn(line: string): readonly string[] {
  return [...line.matchAll(starting)].flatMap(([, , given = ""]) => {
    const words = wordsOf(endOf(given.replace(/^\[[ \t]*list[ \t]+/u, "").replaceAll("{*}", "")));
    const commands: string[][] = [[]];
    for (const one of words) {
      if (/^\|&?$/u.test(one)) commands.push([]);
      else if (!/^(?:\d?[<>]|&$)/u.test(one)) commands.at(-1)?.push(one);
    }
    return commands.filter(({ length }) => length > 0).map((command) => `exec(${command.map(quote).join(", ")})`);
  });
}

/** The words of a command. What is called gives its output in its place. */
function wordsOf(text: string): readonly string[] {
  const words = text.matchAll(/"((?:[^"\\]|\\.){0,1000})"|\{([^{}]*)\}|\[[^\]]{0,400}\]|([^\s"{}[\]]+)/gu);
  return [...words].map(([, quoted, braced, plain]) => quoted ?? braced ?? plain ?? "$called");
}

/** A command up to the bracket or brace that closes what it stands in. */
function endOf(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === "[" || sign === "{") depth++;
    else if ((sign === "]" || sign === "}") && --depth < 0) return text.slice(0, at);
  }
  return text;
}

/** Texts between quotes, and lists, which may be whole commands. */
function textsIn(line: string): readonly string[] {
  const texts = [...line.matchAll(/"((?:[^"\\]|\\.){1,1000})"|\{([a-z][^{}]{0,1000})\}/gu)];
  const lists = [...line.matchAll(/\[[ \t]*list[ \t]+([a-z][^[\]{}"]{0,400})\]/gu)];
  return [
    ...texts.map(([, quoted, braced]) => JSON.stringify((quoted ?? braced ?? "").trim())),
    ...lists.map(([, words = ""]) => `[${wordsOf(words).map(quote).join(", ")}]`),
  ];
}

/** Words that may be values, and what a command that Tcl does not have is given. */
function wordsIn(line: string): readonly string[] {
  const [, name = "", given = ""] = /^[ \t]*(?:\w*::)*([A-Za-z_]\w*)[ \t]+([^\n]{1,400})/u.exec(line) ?? [];
  const isOwn = name !== "" && !builtIn.test(name);
  const words = [...line.matchAll(word)].map(([one]) => one);
  // `$bin/tool` and `/usr/bin/tool` have the name at their end.
  const ends = [...line.matchAll(/\/([a-z][\w.+-]{0,60})(?=$|[\s"}\])])/gu)].map(([, one = ""]) => one);
  const values = [...words, ...ends].filter((one) => !builtIn.test(one) && one !== name);
  const call = isOwn ? [`${name}(${wordsOf(endOf(given)).map(quote).join(", ")})`] : [];
  return [...call, ...values.map((one) => `f(${quote(one)})`)];
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function procOf(line: string): string {
  const [, name] = /^[ \t]*proc[ \t]+((?:\w*::)*[A-Za-z_]\w*)/u.exec(line) ?? [];
  return name === undefined ? "" : `; proc ${name}`;
}

/** Words of a source that may be names of packages. */
export function packageWordsIn(source: string): ReadonlySet<string> {
  const code = source.replace(/^[ \t]*#[^\n]*/gmu, "");
  return new Set(code.match(/(?<![\w$/.-])[A-Za-z][\w:.+-]{0,60}/gu) ?? []);
}
