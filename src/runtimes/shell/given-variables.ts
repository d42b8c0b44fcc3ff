import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { zonesNeed } from "../../dlopen/zones-need.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { zoneDirectory } from "../../rootfs/time-zones.ts";
import { ofSystem } from "./places.ts";
import type { ScriptLocation } from "./scope.ts";
import type { CommandSite, GivenValue, ShellScript } from "./syntax.ts";
import { type Scope, valuesOf } from "./values.ts";

/**
 * Variables by which run-times of languages and frameworks look for modules, and the options that they take besides.
 */
const ofRuntimes =
  /^(?:[A-Z\d_]{1,40}_(?:APP|CLASS|MODULE|SETTINGS)|BASH_ENV|CLASSPATH|ERL_LIBS|GEM_(?:HOME|PATH)|GUILE_LOAD(?:_COMPILED)?_PATH|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|LUA_C?PATH\w{0,4}|NODE_(?:OPTIONS|PATH)|PERL5(?:LIB|OPT)|PHPRC|PHP_INI_SCAN_DIR|PYTHON(?:HOME|PATH)|RUBY(?:LIB|OPT)|TCLLIBPATH)$/u;
/** Variables that name a program: of git, of man, of sudo and of many more. */
const ofPrograms = /(?:^|_)(?:ASKPASS|BROWSER|DIFF|EDITOR|PAGER|SSH|VISUAL)$/u;
const lists = /PATH$|LIBS?$/u;

/**
 * What a script sets of such variables for a command, by `export`, or before the command itself. A list of directories
 * has those of all values that it could have. Of what may be one thing or another, each is a way to start the command;
 * the first is undefined where nothing is set.
 */
export function variablesFor(
  { line }: Pick<CommandSite, "line">,
  { given }: Pick<ShellScript, "given">,
  scope: Scope,
): readonly (Readonly<Record<string, string>> | undefined)[] {
  const values = new Map<string, readonly string[]>();
  for (const { name, word, ...about } of given) {
    if (!ofRuntimes.test(name) || (!about.isExported && about.line !== line)) continue;
    const texts = valuesOf(word, scope).texts.filter((text) => text !== "" && !/[$`*]/u.test(text));
    const parts = lists.test(name) ? texts.flatMap((text) => text.split(":")) : texts;
    if (parts.length > 0) values.set(name, [...new Set([...(values.get(name) ?? []), ...parts])]);
  }
  if (values.size === 0) return [undefined];
  const first: Record<string, string> = {};
  for (const [name, texts] of values) first[name] = lists.test(name) ? texts.join(":") : (texts[0] ?? "");
  const others = [...values].flatMap(([name, texts]) =>
    lists.test(name) ? [] : texts.slice(1).map((text) => ({ ...first, [name]: text })),
  );
  return [first, ...others];
}

/** What a script means by the values of variables that the loader, the C library and many programs read. */
export async function* variableNeeds(
  given: readonly GivenValue[],
  scope: Scope,
  { location, proc }: { readonly location: ScriptLocation; readonly proc: ProcessContext },
): AsyncIterable<Yield> {
  for (const { name, word, line } of given) {
    if (name === "TZ" && !ofSystem.test(location.path) && isAnyZone(word, scope)) {
      yield { need: { ...zonesNeed, why: `sets TZ to ${word.text} (line ${line})` } };
    }
    if (name !== "LD_PRELOAD" && name !== "TZ" && !ofPrograms.test(name)) continue;
    for (const text of valuesOf(word, scope).texts.flatMap((value) => value.split(/[\s:]+/u))) {
      if (!/^[\w.+*/-]+$/u.test(text)) continue;
      const about = { evidence: "string", why: `sets ${name} to ${text} (line ${line})`, optional: true } as const;
      for (const need of await needsOf(name, text, proc)) yield { need: { ...about, ...need } };
    }
  }
}

/** True for a zone that an argument, or only the run, tells; not for a default of what the one who runs it sets. */
function isAnyZone(word: GivenValue["word"], scope: Scope): boolean {
  return !/\bTZ\b/u.test(word.text) && (/\$\{?[1-9@*]/u.test(word.text) || !valuesOf(word, scope).isComplete);
}

async function needsOf(
  name: string,
  text: string,
  proc: ProcessContext,
): Promise<readonly Pick<Need, "path" | "role" | "args">[]> {
  if (name === "LD_PRELOAD") return (await librariesOf(text, proc)).map((path) => ({ path, role: "object" }));
  if (name === "TZ") return [{ path: toAbsPath(text, zoneDirectory), role: "file" }];
  const path = text.includes("*") ? undefined : await proc.findProgram(text);
  return path === undefined ? [] : [{ path, role: "program", args: [] }];
}

/** The libraries of a pattern, as the shell finds them, and of a name without a slash, as the loader does. */
async function librariesOf(text: string, proc: ProcessContext): Promise<readonly AbsPath[]> {
  if (text.includes("/")) return text.includes("*") ? expandGlob(proc.root, text) : [toAbsPath(text)];
  const path = await proc.findLibrary(text);
  return path === undefined ? [] : [path];
}
