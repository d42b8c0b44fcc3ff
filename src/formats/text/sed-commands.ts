import type { TextCommands } from "./awk-commands.ts";

/** `1e date`, and `s/.*\/uname -s/e`: GNU sed gives both to the shell. */
export function sedCommands(args: readonly string[]): TextCommands {
  const codes: string[] = [];
  let isOpen = false;
  for (const script of scriptsOf(args)) {
    for (const [, code = ""] of script.matchAll(executing)) {
      if (code.trim() === "") isOpen = true;
      else codes.push(code.trim());
    }
    for (const [, , , made = ""] of script.matchAll(replacing)) {
      // What the line has begins the command.
      if (/^\s*[\w./]/u.test(made)) codes.push(made.replaceAll(/\\(?=[^\w])/gu, "").trim());
      else isOpen = true;
    }
  }
  return { codes, isOpen };
}

/** The command `e` behind an address or none. It goes on to the end of the line. */
const executing =
  /(?:^|[;{}\n])[ \t]{0,20}(?:(?:\d{1,9}|\$|\/[^/\n]{0,200}\/)[,~]?){0,2}[ \t]{0,20}!?e(?:[ \t]+([^\n]*)|(?=[;}\n]|$))/gu;
/** A replacement whose flags have an `e`. */
const replacing =
  /(?:^|[;{}\n/\d$,!])[ \t]{0,20}s([/|#,@!:+~%_])((?:(?!\1)[^\\\n]|\\.){0,500})\1((?:(?!\1)[^\\\n]|\\.){0,500})\1[gpIimM\d]{0,8}e[gpIimMw\d]{0,8}[ \t]{0,20}(?=[;}\n]|$)/gu;

/** The texts behind `-e`, or the first argument where there are none. */
function scriptsOf(args: readonly string[]): readonly string[] {
  const scripts: string[] = [];
  const words: string[] = [];
  let isNamed = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const [, long] = /^--expression=(.*)$/su.exec(arg) ?? [];
    if (long !== undefined) scripts.push(long);
    else if (/^-[A-Za-z]*e$/u.test(arg) || arg === "--expression") scripts.push(args[++at] ?? "");
    else if (/^(?:-[A-Za-z]*f$|--file)/u.test(arg)) isNamed = true;
    else if (!arg.startsWith("-")) words.push(arg);
  }
  return scripts.length > 0 || isNamed ? scripts : words.slice(0, 1);
}
