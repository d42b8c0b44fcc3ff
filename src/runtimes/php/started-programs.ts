import type { Need } from "../../closure/model/closure.ts";
import type { CallSyntax } from "../../languages/call-syntax.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import type { PhpSettings } from "./ini.ts";

/** How PHP starts programs: its functions, backticks, and the process of Symfony. */
export const phpCalls: CallSyntax = {
  calls:
    /(?<![\w>$:\\'"-])\\?(?<!function )(?:exec|passthru|popen|proc_open|shell_exec|system|pcntl_exec)\s*\(\s*|(?<=["'](?:exec|passthru|popen|proc_open|shell_exec|system)["'][^]{0,300})\$\w{1,40}\s*\(\s*(?=["'])|\bcall_user_func(?:_array)?\s*\(\s*["'](?:exec|passthru|popen|proc_open|shell_exec|system)["']\s*,\s*|\bnew\s+(?:\\?\w+\\)*ExecutableFinder(?:\s*\(\s*\))?\s*\)?\s*->\s*find\s*\(\s*(?=["'])|\bnew\s+(?:\\?\w+\\)*Process\s*\(\s*(?=\[)|\bProcess::fromShellCommandline\s*\(\s*/gu,
  handedOn: /\barray_(?:map|walk|filter)\s*\(\s*["'](?:exec|passthru|popen|proc_open|shell_exec|system)["']\s*,\s*/gu,
  // No command begins with a closing bracket; `${own.name}` is a text of JavaScript.
  quoted:
    /(?<![\w"'\\])`(?![\])}]|[^`\n]{0,200}\$\{[\w ]{1,40}[.(])([^`\n]+|(?:[^`\n]{0,300}[|\\&;][ \t]{0,20})?\n[^`]{1,2000})`|(?<=(?:[\w)}\]][ \t]{0,9}(?:\|\||\?\?|\/\/|\.)?=|\b(?:return|print|echo))[ \t]{0,9})`(?![\])}]|[^`\n]{0,200}\$\{[\w ]{1,40}[.(])([^`]{1,20000})`(?=[ \t]*(?:[;,).\n]|$))/gu,
  hole: /\{\$[^}]{0,200}\}|\$\{?\w+\}?(?:->\w+|\[[^\]]{0,200}\])*/gu,
  variable: /^\s*(\$\w+)\s*[,)]/u,
  definition: /\bfunction[ \t]+&?([A-Za-z_]\w*)/gu,
  classes: {
    namespace: /^[ \t]*namespace[ \t]+([\w\\]{1,200})[ \t]*;/mu,
    imported: /^[ \t]*use[ \t]+\\?([\w\\]{1,200})(?:[ \t]+as[ \t]+(\w{1,60}))?[ \t]*;/gmu,
  },
  join: /^\s*\.(?!\.)/u,
  self: {
    atPlace:
      /^(?:\\?PHP_BINARY(?!\w)|\(?\s*new\s+(?:\\?\w+\\)*PhpExecutableFinder(?:\(\))?\s*\)?\s*->\s*find\(\w{0,5}\))/u,
    inText: /\{\$PHP_BINARY\}/gu,
  },
  isAlwaysShell: true,
};

/**
 * The same in an application, which also gives the process of Symfony a list by its name, and commands to Laravel's: to
 * its process at once or after others of its methods, and to its schedule.
 */
export const phpAppCalls: CallSyntax = {
  ...phpCalls,
  calls: new RegExp(
    `${phpCalls.calls.source}|${String.raw`\bnew\s+(?:\\?\w+\\)*Process\s*\(\s*(?=\$\w+(?:->\w+|\[[^\]\n]{1,60}\]){0,4}\s*[,)])|\bProcess::(?:\w{1,30}\([^()\n]{0,100}\)\s*->){0,5}(?:run|start)\s*\(\s*(?=["'[])|\bSchedule::exec\s*\(\s*(?=["'])|\$schedule->exec\s*\(\s*(?=["'])`}`,
    "gu",
  ),
};

/** Where a source of the application makes a finder of programs: `$finder->find('jq')`. */
const finderCalls: CallSyntax = {
  ...phpAppCalls,
  calls: new RegExp(`${phpAppCalls.calls.source}|${String.raw`\$[\w>-]{1,60}->find\s*\(\s*(?=["'])`}`, "gu"),
};
const finder = /\bnew\s+(?:\\?\w+\\)*ExecutableFinder\b/u;
const alias = /(?:^|;)[ \t]*use\s+(?:\\?\w+\\)+Process\s+as\s+(\w+)\s*;/mu;

/**
 * How a source of the application calls what starts programs, and its code with the process of Symfony by its own name.
 */
export function appCalls(code: string): { readonly code: string; readonly syntax: CallSyntax } {
  const syntax = finder.test(code) ? finderCalls : /\\(?:Process|Schedule)\b/u.test(code) ? phpAppCalls : phpCalls;
  const [, name] = syntax === phpCalls ? [] : (alias.exec(code) ?? []);
  if (name === undefined) return { code, syntax };
  return { code: code.replaceAll(new RegExp(String.raw`\b${name}(?=\s*\(|::)`, "gu"), "Process"), syntax };
}

/** What calls of a source start besides the programs that it names: the program for mail, and a shell. */
export function needsOfCalls(code: string, settings: PhpSettings): readonly Need[] {
  // The process of Symfony gives the shell a line, whatever list it is given.
  const isByShell = /\bnew\s+(?:\\?\w+\\)*Process\s*\(/u.test(appCalls(code).code);
  const why = "starts a process through a shell";
  const shell: Need = { path: toAbsPath("/bin/sh"), role: "program", evidence: "rule", why, optional: true };
  return [mailerNeed(code, settings) ?? [], isByShell ? shell : []].flat();
}

/** The program by which a source sends mail, as `sendmail_path` names it; undefined for a source that sends none. */
function mailerNeed(code: string, { settings }: Pick<PhpSettings, "settings">): Need | undefined {
  if (!/(?<![\w>$:\\])(?:mb_send_)?mail\s*\(/u.test(code)) return undefined;
  const setting = settings.findLast(({ name, value }) => name === "sendmail_path" && value !== "");
  const [program = "", ...args] = (setting?.value ?? "/usr/sbin/sendmail -t -i").split(/\s+/u);
  if (!program.startsWith("/")) return undefined;
  const because = { evidence: "declared", why: "sends mail by it", optional: true } as const;
  return { path: toAbsPath(program), role: "program", args, ...because };
}
