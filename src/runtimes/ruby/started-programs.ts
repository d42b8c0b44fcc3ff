import type { CallSyntax } from "../../languages/call-syntax.ts";
import { remembered } from "../../languages/remembered.ts";
import { textEnds } from "../../languages/texts-below.ts";

/**
 * How Ruby starts programs: Kernel, Process, backticks, and what IO, Open3, PTY and modules like these have. Each
 * argument of a pipeline is a command.
 */
export const rubyCalls: CallSyntax = {
  calls:
    /(?<![\w.@$:"'#-])(?<!def )(?:(?:::)?(?:Kernel|Process)\.)?(?:system|exec|spawn)(?:[ \t]*\([ \t]*|[ \t]+(?=["'\w{[]|%[qQ]?[{([]|\*?%[wW][{([<|]))(?:\{[^}\n]{0,200}\}\s*,\s*)?|(?<![@$:"'#-])(?<!def )\b(?:\w{1,30}\.)?(?:which|find_executable)[!?]?(?:[ \t]*\([ \t]*|[ \t]+)(?=["'])|(?<=\b[A-Z]\w{0,40}(?:\.|::))(?:capture2e?|capture3|pipeline\w*|popen\d?e?|spawn)\b[ \t]*\(?[ \t]*(?:\[?\{[^}\n]{0,200}\}\s*,\s*)?|(?=[["'])(?<=\bpipeline\w{0,6} ?\(?[^\n;]{0,300}\],\s?)|(?=["'])(?<=\bpipeline\w{0,6} ?\(?(?:"[^"\n]{1,80}", ?|'[^'\n]{1,80}', ?){1,8})/gu,
  quoted:
    /(?<![\w"'\\=~/])`([^`\n]+|(?:[^`\n]{0,300}[|\\&;][ \t]{0,20})?\n[^`]{1,2000})`|(?<=(?:[\w)}\]][ \t]{0,9}(?:\|\||\?\?|\/\/|\.)?=|\b(?:return|puts|print|p))[ \t]{0,9})`([^`]{1,20000})`(?=[ \t]*(?:[;,).\n]|$))|%x(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*){0,1000})\}|\|([^|\n]+)\||!([^!\n]+)!|\(([^()]*(?:\([^()]*\)[^()]*){0,1000})\)|\[([^[\]]+)\])|(?<![\w.@$:"'#-])(?<!def )(?:(?:Kernel\.)?open|IO\.(?:bin)?read(?:lines)?|IO\.foreach)[ \t]*\(?[ \t]*(?:"\|([^"\n]{1,500})"|'\|([^'\n]{1,500})')/gu,
  handedOn:
    /(?<=\b(?:instance_)?method\(\s?):(?:system|spawn|exec|`)(?=\s?\))|(?<=\b(?:public_)?send(?:\(\s?| )):(?:system|spawn|exec|`)\s?,\s?(?=["'[%])/gu,
  hole: /#\{[^}]*\}/gu,
  variable: /^\s*(?:\(\s*)?\*?([A-Za-z_@]\w*)\s*(?:[,)\n;]|$)/u,
  text: /"([^"\\#]*(?:(?:\\[^]|#\{[^}\n]{0,200}\}|#(?!\{))[^"\\#]*){0,100000})"|'([^'\\]*(?:\\[^][^'\\]*){0,100000})'|%[qQ]?(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*){0,1000})\}|\(([^()]*(?:\([^()]*\)[^()]*){0,1000})\)|\[([^[\]]*)\])/uy,
  list: /\*?%[wW](?:\[([^[\]]*)\]|\(([^()]*)\)|\{([^{}]*)\}|<([^<>]*)>|\|([^|]*)\|)/uy,
  definition: /\bdef[ \t]+(?:self\.)?([A-Za-z_]\w*[!?]?)/gu,
  join: /^\s*(?:\+|<<|%)/u,
  self: { atPlace: /^(?:RbConfig\.ruby|Gem\.ruby)(?![\w.])/u, inText: /#\{(?:RbConfig|Gem)\.ruby\}/gu },
  isAlwaysShell: false,
};

/**
 * Calls of libraries whose names say that they start what they are given: `Child::Spawn.new("sort")`. Who defines a
 * command writes no more than that word: `command "list" do`.
 */
const startingCalls =
  String.raw`(?<![\w@$"'#:.-])(?<!def )(?:[A-Z]\w{0,30}::){0,5}\w{0,30}` +
  String.raw`(?:[Ss]pawn|[Ss]ubprocess|[Cc]hild_?[Pp]rocess|[Pp]open|[Ss]hell|[Cc]ommand|(?<![Ff]ile)[Ss]ystem)\w{0,30}` +
  String.raw`(?:(?:::|\.)\w{1,30}){0,2}[!?]?(?:\([ \t]*|(?<!\b(?:sub_?)?commands?)[ \t]+)(?=["'])`;

/** The same with what only the run tells, for names that mean nothing else: `Child::Spawn.new(*command)`. */
const openStartingCalls =
  String.raw`(?<![\w@$"'#:.-])(?:[A-Z]\w{0,30}::){0,5}\w{0,30}` +
  String.raw`(?:Spawn|Sub[Pp]rocess|Child_?[Pp]rocess|P[Oo]pen|ShellOut|CommandLine)\w{0,30}` +
  String.raw`(?:::[A-Z]\w{0,30}){0,2}\.(?:new|build|start|run!?|call)\([ \t]*(?=\*?@{0,2}[a-z_])`;

/**
 * The same with methods of libraries to which an application gives commands, and what its tasks start: `sh "ls"`,
 * `execute :tar, "-x"`, `capture(:uname, "-s")`.
 */
export const rubyAppCalls: CallSyntax = {
  ...rubyCalls,
  text: new RegExp(`${rubyCalls.text?.source ?? ""}|${String.raw`:([a-z]\w{0,60})(?![\w:?!])`}`, "uy"),
  calls: new RegExp(
    `${rubyCalls.calls.source}|${startingCalls}|${openStartingCalls}|${String.raw`(?<=\.)(?:run!?|run_command|capture\w*|execute)[ \t]*\(?[ \t]*(?=["']|\*?%[wW][[({<|])|(?<![\w.@$:"'#-])(?<!def )(?:sh|run(?:_command|_cmd)?!?|execute|capture(?:2e?|3)?|popen(?:2e?|3)|pipeline(?:_[rw]{1,2}|_start)?|background)[ \t]*\(?[ \t]*(?=["']|:[a-z]|\*?%[wW][[({<|])`}`,
    "gmu",
  ),
};

const heldWord =
  /^[ \t]*((?:@@?)?[A-Za-z_]\w{0,60})[ \t]*(?:\|\|)?=[ \t]*(["'])([a-z][\w.+-]{1,40})\2(?:\.freeze)?[ \t]*$/gmu;

/** A text that stands in the lines below: `system(<<~SH)`, `script = <<~SH`. */
const textBelow = /<<[~-](["']?)([A-Z_][A-Z_\d]{0,30})\1([^\n]{0,2000})(?=\n)/gu;

/**
 * The source with words in the place of names that hold them: `@@cmd = 'tool'` makes `#{@@cmd} -v` a `tool -v`. Texts
 * of calls that stand below them are in their places.
 */
export const withHeldWords: (code: string) => string = remembered((code) => readHeldWords(withTextsInPlace(code)));

function withTextsInPlace(code: string): string {
  if (!code.includes("<<")) return code;
  const endOf = textEnds(code);
  let written = "";
  let done = 0;
  for (const { index, 0: whole, 2: word = "", 3: rest = "" } of code.matchAll(textBelow)) {
    const start = index + whole.length;
    const end = index < done ? undefined : endOf(word, start);
    if (end === undefined || end.text === start) continue;
    const body = code.slice(start, end.text).trim();
    const lines = (code.slice(index, end.line).match(/\n/gu)?.length ?? 0) - (body.match(/\n/gu)?.length ?? 0);
    written += `${code.slice(done, index)}"${body.replaceAll('"', '\\"')}"${rest}${"\n".repeat(lines)}`;
    done = end.line;
  }
  return written + code.slice(done);
}

function readHeldWords(code: string): string {
  if (!code.includes("#{")) return code;
  const held = new Map<string, string | undefined>();
  for (const [, name = "", , word] of code.matchAll(heldWord)) held.set(name, held.has(name) ? undefined : word);
  if (held.size === 0) return code;
  return code.replaceAll(/#\{((?:@@?)?\w+)\}/gu, (whole, name: string) => held.get(name) ?? whole);
}
