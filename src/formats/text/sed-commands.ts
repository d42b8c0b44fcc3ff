import { lineAt, type TextCommands } from "./awk-commands.ts";

/** `1e date`, and `s/.*\/uname -s/e`: GNU sed gives both to the shell. */
export function sedCommands(args: readonly string[]): TextCommands {
  return commandsInSed(scriptsOf(args).scripts);
}

/** The files that have the text: `-f FILE`, `-nf FILE`, `--file=FILE`, each of them. */
export function sedFiles(args: readonly string[]): readonly string[] {
  return scriptsOf(args).files;
}

/** The same in texts. */
export function commandsInSed(scripts: readonly string[]): TextCommands {
  const codes: string[] = [];
  let openLine: number | undefined;
  for (const script of scripts) {
    for (const { index, 1: code = "" } of script.matchAll(executing)) {
      if (code.trim() === "") openLine ??= lineAt(script, index);
      else codes.push(code.trim());
    }
    for (const { index, 3: made = "" } of script.matchAll(replacing)) {
      // What the line has begins the command.
      if (/^\s*[\w./]/u.test(made)) codes.push(made.replaceAll(/\\(?=[^\w])/gu, "").trim());
      else openLine ??= lineAt(script, index);
    }
  }
  return { codes, openLine };
}

/** The command `e` behind an address or none. It goes on to the end of the line. */
const executing =
  /(?:^|[;{}\n])[ \t]{0,20}(?:(?:\d{1,9}|\$|\/[^/\n]{0,200}\/)[,~]?){0,2}[ \t]{0,20}!?e(?:[ \t]+([^\n]*)|(?=[;}\n]|$))/gu;
/** A replacement whose flags have an `e`. */
const replacing =
  /(?:^|[;{}\n/\d$,!])[ \t]{0,20}s([/|#,@!:+~%_])((?:(?!\1)[^\\\n]|\\.){0,500})\1((?:(?!\1)[^\\\n]|\\.){0,500})\1[gpIimM\d]{0,8}e[gpIimMw\d]{0,8}[ \t]{0,20}(?=[;}\n]|$)/gu;

/** The texts behind `-e` and the files behind `-f`, or the first argument where there are none. */
function scriptsOf(args: readonly string[]): {
  readonly scripts: readonly string[];
  readonly files: readonly string[];
} {
  const scripts: string[] = [];
  const files: string[] = [];
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const [, long] = /^--expression=(.*)$/su.exec(arg) ?? [];
    if (long !== undefined) scripts.push(long);
    else if (/^-[A-Za-z]*e$/u.test(arg) || arg === "--expression") scripts.push(args[++at] ?? "");
    else if (/^(?:-[A-Za-z]*f|--file)$/u.test(arg)) files.push(args[++at] ?? "");
    else if (/^(?:-f|--file=)/u.test(arg)) files.push(arg.replace(/^(?:-f|--file=)/u, ""));
    else if (!arg.startsWith("-")) words.push(arg);
  }
  return { scripts: scripts.length > 0 || files.length > 0 ? scripts : words.slice(0, 1), files };
}
