import type { Yield } from "../../closure/model/closure.ts";
import { canBeStarted, isShell } from "../../languages/command-words.ts";
import { untoldProgram } from "../../languages/started-commands.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { areaOf, type Installation } from "./installation.ts";
import { readCode } from "./notebooks.ts";
import type { SourceScan } from "./source-scan.ts";

/**
 * A call of a library whose name says that it starts a program, up to the first word that it is given:
 * `pexpect.spawn("bc -q")`, `Gio.Subprocess.new(["du", "-s"])`, `Command("jq")`.
 */
const startingCall =
  /(?<!\w)\w{0,30}(?:spawn|process|popen|command|shell|exec)\w{0,30}(?:\.\w{1,30})?\(\s{0,80}\[?\s{0,80}[bru]?["']([a-z\d][\w.+-]{0,40})(?=[\s"'])/giu;
/**
 * An argument whose name says that it is a command: `new_session(window_command="top -b")`, `Task(cmd=["du", "-s"])`.
 */
const commandArgument =
  /(?<=[(,]\s{0,80})\w{0,30}(?<![a-z])(?:command|cmd|argv|executable)=\s{0,20}\[?\s{0,80}[bru]?["']([a-z\d][\w.+-]{0,40})(?=[\s"'])/gu;
/**
 * A method whose name says that it answers a command, as a library's class asks it: `def program_args(self): return
 * ["du", "-s"]`.
 */
const answeredCommand =
  /\bdef[ \t]{1,9}\w{0,30}(?<![a-z])(?:command|cmd|argv|program|executable)(?!s)\w{0,30}\(self\b[^)\n]{0,100}\)[^:\n]{0,40}:[^\n]{0,200}?(?:\n(?![ \t]{0,40}(?:def|class)\b)[^\n]{0,200}){0,10}?(?<=[:\s])return[ \t]{1,4}\[\s{0,80}[bru]?["']([a-z\d][\w.+-]{0,40})(?=["'])/gu;
/** What stands before a call that names a command of its own, or that nothing runs. */
const decoration = /^\s*[@#]/u;
/** A function that answers for names which its module does not define, and its body. */
const answer =
  /^([ \t]{0,40})def[ \t]{1,9}__getattr__[ \t]{0,9}\((?:self,[ \t]{0,9})?(\w{1,40})([^\n]{0,200}\n(?:(?:\1[ \t][^\n]{0,1000})?\n){0,80})/gmu;
const startsPrograms = /\b(?:subprocess|posix_spawnp?|os\.exec[lv]p?e?)\b/u;

/** `import sh`, `import sh as s`. */
const plainImport =
  /^[ \t]{0,40}import[ \t]{1,9}([A-Za-z_]\w{0,40})(?:[ \t]{1,9}as[ \t]{1,9}([A-Za-z_]\w{0,40}))?[ \t]{0,40}(?:#.*)?$/gmu;
/** Modules of the standard library that nearly every source calls, and that answer for no names. */
const ordinary =
  /^(?:argparse|asyncio|base64|collections|copy|csv|datetime|functools|glob|hashlib|inspect|io|itertools|json|logging|math|os|pathlib|pickle|platform|random|re|shutil|signal|socket|sqlite3|string|struct|subprocess|sys|tempfile|threading|time|traceback|typing|urllib|uuid|warnings)$/u;

/**
 * What a source calls of modules that it imports whole, with a text or nothing: `sh.zip("-r", name)`, `sh.git.log()`.
 */
export function calledMembers(code: string): readonly { readonly module: string; readonly member: string }[] {
  const found = new Map<string, { readonly module: string; readonly member: string }>();
  for (const [, module = "", local = module] of code.matchAll(plainImport)) {
    if (ordinary.test(module)) continue;
    const call = new RegExp(`(?<![\\w.])${local}\\.([a-z]\\w{0,40})(?=\\(\\s{0,80}[bfr]?["')]|\\.\\w{1,40}\\()`, "gu");
    for (const [, member = ""] of code.matchAll(call)) found.set(`${module}.${member}`, { module, member });
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
}

/** The words that such calls and arguments of a source are given first. */
export function startedByLibraries(code: string): readonly string[] {
  const named = [...code.matchAll(commandArgument), ...code.matchAll(answeredCommand)];
  const words = new Set<string>(named.map(([, word = ""]) => word));
  for (const { index, 1: word = "" } of code.matchAll(startingCall)) {
    if (!decoration.test(code.slice(code.lastIndexOf("\n", index) + 1, index))) words.add(word);
  }
  return [...words].sort();
}

/**
 * Programs that a source of the application has libraries start: by a call whose name says so, and out of a module
 * that makes a program of each name it is asked for: `from sh import wc`, `sh.wc()`. What else is asked of it is told.
 */
export async function reachLibraryPrograms(
  scan: SourceScan,
  path: AbsPath,
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const code = await readCode(path, installation);
  const words = startedByLibraries(code);
  const members = calledMembers(code);
  for (const word of words) await reachProgram(word, `runs ${word}`, installation, out);
  for (const { module, level, names, time } of scan.imports) {
    if (level > 0 || module === "" || time === "never" || !(await makesPrograms(module, installation))) continue;
    const what = `${module}.name(...)`;
    if (names === undefined) out.push({ unknown: { ...untoldProgram, what } });
    const called = members.filter((one) => one.module === module).map(({ member }) => member);
    for (const name of names ?? called) {
      for (const word of new Set([name, name.replaceAll("_", "-")]))
        await reachProgram(word, `asks ${module} for ${name}`, installation, out);
    }
  }
}

async function makesPrograms(module: string, installation: Installation): Promise<boolean> {
  const file = (await installation.finder.find(module))?.file;
  if (file === undefined || areaOf(installation, file) !== "site" || !file.endsWith(".py")) return false;
  const text = (await installation.files.readText(file)) ?? "";
  return startsPrograms.test(text) && answersAnyName(text);
}

/**
 * True for a source with a `__getattr__` for any name. One that has a few names of its own, as in `if name == "a"`,
 * raises an error for others.
 */
export function answersAnyName(text: string): boolean {
  return [...`${text}\n`.matchAll(answer)].some(([, , name = "", body = ""]) => {
    const isAsked = new RegExp(`\\b${name}[ \\t]+(?:==|(?:not[ \\t]+)?in\\b)`, "u").test(body);
    return !(isAsked && /\braise[ \t]+AttributeError\b/u.test(body));
  });
}

async function reachProgram(word: string, why: string, { proc, files }: Installation, out: Yield[]): Promise<void> {
  const path = await proc.findProgram(word);
  if (path === undefined || isShell(path) || !(await canBeStarted(path, files))) return;
  if ((await files.realPath(path)) === proc.realProgram) return;
  out.push({ need: { path, role: "program", evidence: "string", why, optional: true } });
}
