/** Commands in texts for awk(1) or sed(1), and where there are others which only the run tells. */
export interface TextCommands {
  readonly codes: readonly string[];
  /** The first line, from 1, that starts what only the run tells. */
  readonly openLine: number | undefined;
}

const variable = "[A-Za-z_]\\w{0,60}";
const gap = "[ \\t]{0,20}";
/** `print x | NAME`, `NAME | getline` and `system(NAME)`, with what may stand there in place of a text. */
const started = new RegExp(
  `\\bprintf?\\b[^;{}\\n]{0,400}(?<!\\|)\\|&?${gap}(${variable})${gap}(?=[;}\\n]|$)` +
    `|(${variable}|[)\\]]|\\$\\w{1,20})${gap}\\|&?${gap}getline\\b` +
    `|\\bsystem${gap}\\(${gap}(${variable}(?=${gap}\\))|[^"\\s)])`,
  "gu",
);
/** A text, in which what the shell reads otherwise stands behind backslashes. */
const text = /"((?:[^"\\\n]|\\.){0,1000})"/gsu;

/** `print | "sort -k" n`, `"date" | getline d`, `system("uname -s")`, and `cmd | getline` of `-v cmd=date`. */
export function awkCommands(args: readonly string[]): TextCommands {
  return commandsInAwk(awkProgram(args).program ?? "", args);
}

/** The files that have the text: `-f FILE`, `--file=FILE`, each of them. */
export function awkFiles(args: readonly string[]): readonly string[] {
  return awkProgram(args).files;
}

/** The same in the text of a program, to which the arguments give values. */
export function commandsInAwk(program: string, args: readonly string[]): TextCommands {
  const { given } = awkProgram(args);
  const texts: string[] = [];
  // Signs in texts are none of the language. Each text is its number.
  const plain = program.replaceAll(text, (_, inner: string) => {
    texts.push(inner.replaceAll(/\\(.)/gsu, "$1"));
    return `"${String(texts.length - 1)}"`;
  });
  const told = (number: string | undefined): string => texts[Number(number)] ?? "";
  const codes: string[] = [];
  for (const [, before, system, piped] of plain.matchAll(
    /\|&?[ \t]{0,20}"(\d+)"|\bsystem[ \t]{0,20}\([ \t]{0,20}"(\d+)"|"(\d+)"[^";{}\n|]{0,100}\|&?[ \t]{0,20}getline/gu,
  ))
    codes.push(told(before ?? system ?? piped));
  let openLine: number | undefined;
  for (const match of plain.matchAll(started)) {
    const [, printed, read, called] = match;
    // `"date " x | getline` begins with a text.
    if (read !== undefined && isBehindText(plain, match.index)) continue;
    const name = printed ?? read ?? called ?? "";
    const values = [...given].flatMap(([one, value]) => (one === name ? [value] : []));
    for (const [, number, other] of plain.matchAll(assignmentOf(name))) {
      if (number !== undefined) values.push(told(number));
      else if (other !== undefined) openLine ??= lineAt(plain, match.index);
    }
    codes.push(...values);
    if (values.length === 0) openLine ??= lineAt(plain, match.index);
  }
  return { codes: codes.filter((code) => code !== ""), openLine };
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

/** What a variable is given: a text, or something else. */
function assignmentOf(name: string): RegExp {
  const own = new RegExp(`^${variable}$`, "u").test(name) ? name : "(?!)";
  return new RegExp(`\\b${own}${gap}=(?!=)${gap}(?:"(\\d+)"|([^"\\s]))`, "gu");
}

function isBehindText(plain: string, at: number): boolean {
  return /"\d+"[^";{}\n|]{0,100}$/u.test(plain.slice(Math.max(0, at - 200), at));
}

/** The first argument besides options, or the files that have the text, and the variables that are given. */
function awkProgram(args: readonly string[]): {
  readonly program: string | undefined;
  readonly files: readonly string[];
  readonly given: readonly (readonly [string, string])[];
} {
  const given: (readonly [string, string])[] = [];
  const give = (word: string): void => {
    const [, name, value] = /^(\w+)=(.*)$/su.exec(word) ?? [];
    if (name !== undefined && value !== undefined) given.push([name, value]);
  };
  const files: string[] = [];
  let program: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const [, joined] = /^(?:-[fEi]|--(?:file|exec|include)(?:=|$))(.*)$/su.exec(arg) ?? [];
    if (program !== undefined) give(arg);
    else if (arg === "--") program = args[++at] ?? "";
    else if (joined !== undefined) files.push(joined === "" ? (args[++at] ?? "") : joined);
    else if (arg === "-v" || arg === "--assign") give(args[++at] ?? "");
    else if (/^(?:-v|--assign=)/u.test(arg)) give(arg.replace(/^(?:-v|--assign=)/u, ""));
    else if (arg === "-F") at++;
    else if (!arg.startsWith("-")) {
      // Where files have the text, what follows is a value, or a file to read.
      program = files.length === 0 ? arg : "";
      if (files.length > 0) give(arg);
    }
  }
  return { program, files, given };
}
