import { type ConfiguredCommand, quoted, textOf, toCommand } from "./configured-commands.ts";

/**
 * A call of some language that hands a text to the system: `io.popen("`, `os:cmd("`, `(system "`, `(open-input-pipe "`.
 */
const startingCall =
  /(?<![\w>])(?:[A-Za-z_]\w{0,40}(?:\.|::?|->))?(?:popen\d?|execute|system2?|spawn(?:_sync|Process)?|shell(?:_exec|_command)?|cmd|check_output|getoutput|run_?[cC]ommand|run(?=[ \t]+["'])|sh|command-output|run-program|ProcessBuilder|Async\.new|(?:[a-z]{1,12}-){1,3}pipe)\b\s{0,4}\(?\s{0,4}(?:"((?:[^"\\\n]|\\.){1,2000})"|'((?:[^'\\\n]|\\.){1,2000})'|\[\[([^\]\n]{1,2000})\]\])/gu;

/** Lisp's functions have several texts, one of them a command: `(shell-command-on-region 1 9 "tr a b")`. */
const lispCall =
  /\((?:[a-z][\w*]{0,30}(?:-|::?)){0,5}(?:shell|command|process|program|pipe|system)[\w*-]{0,30}\s((?:[^()";]|\([^()"]{0,80}\)|"(?:[^"\\]|\\.){1,500}"){1,300})/gu;

/** Scala's operator stands behind the text: `"date -u".!!`. */
const scalaCall = /"((?:[^"\\\n]|\\.){1,2000})"\.!{1,2}(?![!=\w])/gu;

/** Tcl's words have no quotes: `spawn bc -q`, `set day [exec date -u]`. */
const tclCall =
  /(?:^|[[{;])[ \t]{0,40}(?:exec|spawn)[ \t]{1,10}(?:-\w{1,20}[ \t]{1,10}){0,4}([a-z][\w.+-]{0,60}(?:[ \t][^\n;[\]{}"]{0,200})?)(?=$|[\n;\]}])/gmu;
/** Quotes whose text the shell runs: `qx{date -u}`, `qqx/sort $x/`. */
const shellQuotes =
  /(?<![\w$@%&:-])qq?x[ \t]{0,4}(?:\{([^}\n]{1,2000})\}|\/([^/\n]{1,2000})\/|\[([^\]\n]{1,2000})\])/gu;
/** What m4 hands to the shell, in its quotes: "esyscmd(`tr a b < names')". */
const macroCall = /(?<![A-Za-z])e?syscmd\(\s{0,4}`([^'\n]{1,2000})'/gu;
/**
 * A line that leaves an interpreter for the shell, or is a pipe to it: `\! date -u` of psql, `.shell date -u` of
 * sqlite3, `silent !date -u` of vim, `\o | sort`.
 */
const escapeLine =
  /^[ \t]{0,40}(?:\\!|:?(?:silent!?[ \t]{1,4})?%?!|\.?(?:shell|system)[ \t]|(?:\\(?:g|gx|o|out|w)|\.(?:import|once|output))[ \t]{0,4}\|)[ \t]{0,40}([a-z][^\n]{0,2000})$/gmu;
/**
 * A line that has something started, in whatever language: a name that says so, `open_process_in`, `find-executable`,
 * `Process.run(`, `execvp`, or a sign, `.execute()`, `.!!`, `| getline`, `print x | "sort"`.
 */
const startingLine =
  /(?<![\w"'$])(?:\w{0,30}(?:cmd|command|exec(?:v|vp|l|lp)?|executable|gorge|pipe|popen|(?<!\b)port|process|program|shell|spawn|system(?!\.)|unix)(?:[_-](?:args|as|executable|file|full|in|lines|out|path|region|start)){0,3}(?:list|Builder|With\w{1,20})?\b(?!["'])|job_start\b|auto_execok\b|(?:Process|Proc|Port|Runtime)(?:\.|::|->)\w)|\.execute\(|\.!{1,2}(?![=\w])|\b(?:getline|lineStream|lazyLines)\b|(?<!\|)\|&?[ \t]{0,4}["']/iu;
/** Names of what starts nothing: `System.out.println("test")`. */
const startingNothing =
  /\bSystem\.(?:arraycopy|currentTime|err|exit|getenv|getProperty|in|lineSeparator|nanoTime|out|setProperty)\b/gu;
/** A text that is a pipe from or to a command, `open "|sort -u"`, `plot "< sort x"`, and no element of a page. */
const pipeText = /^\s{0,4}(?:\|\s{0,4}(?=[a-z])|<\s{0,4}(?=[a-z][^<>=]{0,2000}$))/u;
/** Words without quotes: `run <sort -r>`, `path(sort)`, `|[list cut -c1]`, `auto_execok nl`, `run(\`sort -r\`)`. */
const plainWords =
  /\brun[ \t]{0,4}\(?[ \t]{0,4}(?:<<?|\u00ab)[ \t]{0,4}([^>\u00bb\n]{1,2000})|\bpath\(([a-z][\w-]{0,60})\)|\|[ \t]{0,4}\[list[ \t]{1,4}([^\]\n]{1,2000})\]|\bauto_execok[ \t]{1,4}([a-z][\w-]{0,60})/gu;
/**
 * What an interpreter puts the output of in its place. SQL and R have names in such quotes: a command is given to a
 * function (`run(\`sort\`)`), is the value of something and has arguments, or has options.
 */
const backquoted =
  /\b(?:detach|eachline|open|pipeline|read\w{0,10}|run|success)\([ \t]{0,4}`([a-z][^`\n]{0,2000})`|(?<=[^=<>!]=[ \t]{0,4})`([a-z][\w.+-]{0,60}[ \t][^`\n]{1,2000})`|(?<!syscmd\()`([a-z][\w.+-]{0,60}[ \t][^`\n]{0,300}?(?<=[ \t])-{1,2}[A-Za-z][^`\n]{0,300})`/gu;

/** The commands that a source in any language has the system run, as far as they stand in its calls. */
export function commandsInCalls(text: string): readonly ConfiguredCommand[] {
  const texts = [startingCall, shellQuotes, tclCall, scalaCall, macroCall, escapeLine, plainWords, backquoted];
  const found = texts.flatMap((call) => Array.from(text.matchAll(call), ([, ...groups]) => groups.find(isGiven) ?? ""));
  const ofLisp = Array.from(text.matchAll(lispCall), ([, inner = ""]) => [...inner.matchAll(quoted)].map(textOf));
  return [...new Set([...found, ...ofLisp.flat(), ...text.split("\n").flatMap(textsIn)])].flatMap((one) => {
    const script = one.replace(/\\(["'\\])/gu, "$1").trim();
    const command = toCommand(script, true);
    if (command === undefined) return [];
    // A shell reads it, whatever stands there; plain words may be started without one as well, `(sh "echo" "x")`.
    return command.script === undefined ? [{ ...command, script }, command] : [{ ...command, script }];
  });
}

/** The texts of a line that has something started. */
function textsIn(line: string): readonly string[] {
  if (!line.includes('"') && !line.includes("'")) return [];
  const texts = Array.from(line.matchAll(quoted), textOf);
  const piped = texts.flatMap((one) => (pipeText.test(one) ? [one.replace(pipeText, "")] : []));
  if (!startingLine.test(line.replace(quoted, '""').replace(startingNothing, ""))) return piped;
  return [...piped, ...texts];
}

function isGiven(group: string | undefined): group is string {
  return group !== undefined;
}
