import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { zoneDirectory } from "../../rootfs/time-zones.ts";
import type { CommandSite, GivenValue, ShellScript } from "./syntax.ts";
import { type Scope, valuesOf } from "./values.ts";

/** Variables by which run-times of languages look for modules, and the options that they take besides. */
const ofRuntimes =
  /^(?:BASH_ENV|CLASSPATH|DJANGO_SETTINGS_MODULE|ERL_LIBS|FLASK_APP|GEM_(?:HOME|PATH)|GUILE_LOAD(?:_COMPILED)?_PATH|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|LUA_C?PATH\w{0,4}|NODE_(?:OPTIONS|PATH)|PERL5(?:LIB|OPT)|PHPRC|PHP_INI_SCAN_DIR|PYTHON(?:HOME|PATH)|RUBY(?:LIB|OPT)|TCLLIBPATH)$/u;
/** Variables that name a program: of git, of man, of sudo and of many more. */
const ofPrograms = /(?:^|_)(?:ASKPASS|BROWSER|DIFF|EDITOR|PAGER|SSH|VISUAL)$/u;
/** What matches more is no library that is meant. */
const mostMatches = 8;
const lists = /PATH$|LIBS?$/u;

/**
 * What a script sets of such variables for a command, by `export`, or before the command itself. A list of directories has
 * those of all values that it could have. Undefined where it sets none.
 */
export function variablesFor(
  { line }: Pick<CommandSite, "line">,
  { given }: Pick<ShellScript, "given">,
  scope: Scope,
): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {};
  for (const { name, word, ...about } of given) {
    if (!ofRuntimes.test(name) || (!about.isExported && about.line !== line)) continue;
    const texts = valuesOf(word, scope).texts.filter((text) => text !== "" && !/[$`*]/u.test(text));
    const [first] = texts;
    if (first === undefined) continue;
    const before = found[name];
    const all = [...(before === undefined ? [] : [before]), ...texts];
    found[name] = lists.test(name) ? [...new Set(all.flatMap((text) => text.split(":")))].join(":") : (before ?? first);
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** What a script means by the values of variables that the loader, the C library and many programs read. */
export async function* variableNeeds(
  given: readonly GivenValue[],
  scope: Scope,
  proc: ProcessContext,
): AsyncIterable<Yield> {
  for (const { name, word, line } of given) {
    const isPreload = name === "LD_PRELOAD";
    if (!isPreload && name !== "TZ" && !ofPrograms.test(name)) continue;
    for (const text of valuesOf(word, scope).texts.flatMap((value) => value.split(/[\s:]+/u))) {
      if (!/^[\w.+*/-]+$/u.test(text)) continue;
      const about = { evidence: "string", why: `sets ${name} to ${text} (line ${line})`, optional: true } as const;
      for (const need of await needsOf(name, text, proc)) yield { need: { ...about, ...need } };
    }
  }
}

async function needsOf(
  name: string,
  text: string,
  proc: ProcessContext,
): Promise<readonly Pick<Need, "path" | "role" | "args">[]> {
  if (name === "LD_PRELOAD") return (await librariesOf(text, proc)).map((path) => ({ path, role: "object" }));
  if (name === "TZ") return [{ path: toAbsPath(text, zoneDirectory), role: "file" }];
  const path = /\*/u.test(text) ? undefined : await proc.findProgram(text);
  return path === undefined ? [] : [{ path, role: "program", args: [] }];
}

/** `/usr/lib/*\/libjemalloc.so.2` of what the shell finds there, and `libjemalloc.so.2` of what the loader does. */
async function librariesOf(text: string, proc: ProcessContext): Promise<readonly AbsPath[]> {
  if (!text.includes("/")) {
    const path = await proc.findLibrary(text);
    return path === undefined ? [] : [path];
  }
  const found = text.includes("*") ? await expandGlob(proc.root, text) : [toAbsPath(text)];
  return found.length > mostMatches ? [] : found;
}
