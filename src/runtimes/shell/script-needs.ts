import type { Finding, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { builtins } from "./builtins.ts";
import { type CommandSite, readScript, type ShellScript } from "./syntax.ts";
import { expandCommand, type Scope, valuesOf } from "./values.ts";

/** Where a script lies, and what it is started with. */
export interface ScriptPlace {
  readonly path: AbsPath;
  /** What `$0` can be. Default: the path. */
  readonly names?: readonly AbsPath[];
  readonly positional: readonly string[];
}

/** Code within code: `eval`, `trap`. */
const maxNesting = 4;

/** What a script runs, sources and reads. Programs that nobody can tell, and those that are not there, are warnings. */
export async function* scriptNeeds(
  script: ShellScript,
  place: ScriptPlace,
  process: ProcessContext,
  nesting = 0,
): AsyncIterable<Yield> {
  const scope = scopeOf(script, place, process);
  const directories = searchDirectories(scope);
  const guarded = guardedNames(script, scope);
  const told = new Set<string>();
  if (script.problem !== undefined) yield { finding: unreadable(place, script.problem) };
  for (const site of script.commands) {
    const own = { ...scope, positional: positionalIn(site, script, scope) };
    const { commands, isComplete } = expandCommand(site.words, own, await possiblePrograms(site.words, own));
    if (!isComplete && !told.has(`${site.line}`)) {
      told.add(`${site.line}`);
      yield { finding: untold(place, site) };
    }
    yield* oneOf(commands, site, isComplete);
  }
  for (const { word, line } of script.inputs) {
    for (const text of valuesOf(word, scope).texts) yield* fileNeeds(text, line);
  }

  /** Of several ways to run a command, those that name no program are not the ones that are meant. */
  async function* oneOf(
    commands: readonly (readonly string[])[],
    site: CommandSite,
    isComplete: boolean,
  ): AsyncIterable<Yield> {
    const yields: Yield[] = [];
    for (const command of await plausible(commands, isComplete)) {
      for await (const found of commandNeeds(command, site)) yields.push(found);
    }
    const hasProgram = yields.some((found) => "need" in found && found.need.role === "program");
    // What can be something else as well was told already.
    const isSure = isComplete && (commands.length === 1 || !hasProgram);
    yield* isSure ? yields : yields.filter((found) => "need" in found);
  }

  /** Of several ways, those whose program can run and whose files are there, if any is of that kind. */
  async function plausible(
    commands: readonly (readonly string[])[],
    isComplete: boolean,
  ): Promise<readonly (readonly string[])[]> {
    if (commands.length < 2 && isComplete) return commands;
    const kept: (readonly string[])[] = [];
    for (const command of commands) if (await canRun(command)) kept.push(command);
    return kept.length === 0 && isComplete ? commands : kept;
  }

  /** Told before the arguments, whose ways would take the place of other programs. */
  async function possiblePrograms(
    words: CommandSite["words"],
    own: Scope,
  ): Promise<(text: string, index: number) => boolean> {
    const at = /^(?:exec|command)$/u.test(words[0]?.value ?? "") ? 1 : 0;
    const word = words[at];
    const texts = (word === undefined ? [] : valuesOf(word, own).texts).filter((text) => text.includes("/"));
    const kept = new Set<string>();
    for (const text of texts.length < 2 ? [] : texts) {
      if (await canRun([toAbsPath(text, process.workdir)])) kept.add(text);
    }
    return (text, index) => kept.size === 0 || index !== at || !text.includes("/") || kept.has(text);
  }

  async function canRun(command: readonly string[]): Promise<boolean> {
    const words = command[0] === "exec" || command[0] === "command" ? command.slice(1) : command;
    for (const [index, word] of words.entries()) {
      if (!/^\/[^*?[\]{}$\n]+$/u.test(word)) continue;
      const place = await resolveLinks(process.root, toAbsPath(word));
      if (place === undefined || place === "loop") return false;
      if (index === 0 && (place.stat.kind !== "file" || (place.stat.mode & 0o111) === 0)) return false;
    }
    return true;
  }

  async function* commandNeeds(command: readonly string[], site: CommandSite): AsyncIterable<Yield> {
    const [name, ...args] = command;
    if (name === undefined || name === "" || script.functions.has(name)) return;
    for (const arg of args) yield* fileNeeds(arg, site.line);
    switch (name) {
      case ".":
      case "source":
        if (args[0] !== undefined) yield* sourceNeeds(args[0], site.line);
        return;
      case "exec":
        // An argument of the image that begins with a dash is no program, and no option of exec either.
        if (/^-(?![acl]+$)/u.test(args[0] ?? "")) return;
        yield* commandNeeds(withoutOptions(args, ["-a"]), site);
        return;
      case "command":
        if (args[0] === "-v" || args[0] === "-V") return;
        yield* commandNeeds(withoutOptions(args, []), site);
        return;
      case "builtin":
        return;
      case "eval":
        yield* codeNeeds(args.join(" "), site);
        return;
      case "trap":
        if (args.length > 1) yield* codeNeeds(args[0] ?? "", site);
        return;
      default:
    }
    if (builtins.has(name)) return;
    yield* programNeeds(name, args, site);
    if (name === "find" || name.endsWith("/find")) yield* commandNeeds(foundCommand(args), site);
  }

  async function* codeNeeds(code: string, site: CommandSite): AsyncIterable<Yield> {
    // Code of one's own making is told as such; nested any deeper, nobody reads it either.
    if (nesting >= maxNesting || code === "" || code === "-") return;
    const inner = await readScript(code, site.line);
    const merged = { ...inner, functions: script.functions, assigned: merge(script.assigned, inner.assigned) };
    yield* scriptNeeds({ ...merged, problem: undefined }, place, process, nesting + 1);
  }

  async function* programNeeds(name: string, args: readonly string[], site: CommandSite): AsyncIterable<Yield> {
    const path = await process.findProgram(name, directories);
    // A script that runs itself again, as another user perhaps, runs nothing new.
    if (path !== undefined && namesOf(place).includes(path)) return;
    const isThere = path !== undefined && (await process.root.lstat(path)) !== undefined;
    if (path !== undefined && isThere) {
      const why = `runs ${name} (line ${site.line})`;
      yield { need: { path, role: "program", evidence: "proved", why, args: againWithTheSame(args) } };
      return;
    }
    if (guarded.has(name) || told.has(name)) return;
    told.add(name);
    yield { finding: missing(place, site, name) };
  }

  /** `gosu app "$0" "$@"`: the script runs itself through another program. It brings nothing new with more arguments. */
  function againWithTheSame(args: readonly string[]): readonly string[] {
    const at = args.findIndex((arg) => namesOf(place).some((name) => name === arg));
    return at === -1 ? args : [...args.slice(0, at + 1), ...place.positional];
  }

  async function* sourceNeeds(name: string, line: number): AsyncIterable<Yield> {
    const path = toAbsPath(name, process.workdir);
    const found = name.includes("/") || (await process.root.lstat(path)) !== undefined ? path : undefined;
    const file = found ?? (await process.findProgram(name, directories)) ?? path;
    // Scripts ask first whether such a file is there.
    yield {
      need: { path: file, role: "module", evidence: "proved", why: `reads ${name} (line ${line})`, optional: true },
    };
  }

  /** A path that a command is given: a template that `sed` reads, a directory that `chown` wants. */
  async function* fileNeeds(text: string, line: number): AsyncIterable<Yield> {
    if (!/^\/[^*?[\]{}$\n]+$/u.test(text)) return;
    const path = toAbsPath(text);
    if (volatile.some((directory) => isWithin(path, directory))) return;
    const stat = await process.root.lstat(path);
    if (stat === undefined || (stat.kind !== "file" && stat.kind !== "directory" && stat.kind !== "link")) return;
    yield { need: { path, role: "file", evidence: "rule", why: `names ${text} (line ${line})`, optional: true } };
  }
}

/** Directories of which the image has nothing to say. */
const volatile: readonly AbsPath[] = ["/dev", "/proc", "/run", "/sys", "/tmp", "/var/run", "/var/tmp"].map((path) =>
  toAbsPath(path),
);

export function scopeOf(script: ShellScript, place: ScriptPlace, process: ProcessContext): Scope {
  const { env } = process;
  const base: Scope = { env, assigned: script.assigned, script: namesOf(place), positional: [place.positional] };
  // `set -- gunicorn "$@"` puts words before the arguments, `shift` takes one away.
  const sets = script.commands.flatMap(({ words, inFunction }) =>
    inFunction === undefined && words[0]?.value === "set" && words[1]?.value === "--"
      ? expandCommand(words.slice(2), base).commands
      : [],
  );
  const isShifted = script.commands.some(({ words }) => words[0]?.value === "shift");
  const all = [place.positional, ...sets, ...(isShifted ? [place.positional.slice(1)] : [])];
  const seen = new Set<string>();
  const positional = all.filter((list) => {
    const key = list.join("\0");
    return !seen.has(key) && seen.add(key) !== undefined;
  });
  return { ...base, positional };
}

function namesOf({ path, names }: ScriptPlace): readonly AbsPath[] {
  return names ?? [path];
}

/** What `$1` ... can be at a command: in a function they are the words of its calls. */
function positionalIn(site: CommandSite, script: ShellScript, scope: Scope): Scope["positional"] {
  const { inFunction } = site;
  if (inFunction === undefined) return scope.positional;
  return (script.calls ?? script.commands)
    .filter(({ words }) => words[0]?.value === inFunction)
    .flatMap(({ words }) => (words.length === 1 ? [[]] : expandCommand(words.slice(1), scope).commands))
    .slice(0, 16);
}

/** Directories that the script adds to PATH itself. */
function searchDirectories(scope: Scope): readonly AbsPath[] {
  const words = scope.assigned.get("PATH") ?? [];
  const texts = words.flatMap((word) => (word === undefined ? [] : valuesOf(word, scope).texts));
  const written = words.flatMap((word) => (word === undefined || texts.length > 0 ? [] : [word.value]));
  const parts = [...texts, ...written].flatMap((text) => text.split(":"));
  return parts.filter((part) => /^\/[^$`]*$/u.test(part)).map((part) => toAbsPath(part));
}

/** Names that the script looks for before it runs them: `command -v jq`, `[ -x /usr/bin/jq ]`. */
function guardedNames(script: ShellScript, scope: Scope): ReadonlySet<string> {
  const names = script.commands.flatMap(({ words }) => {
    const [name, ...args] = words.map((word) => valuesOf(word, scope).texts[0] ?? "");
    const isLookup =
      name === "type" || name === "which" || name === "hash" || (name === "command" && /^-[vV]$/u.test(args[0] ?? ""));
    return isLookup || name === "[" || name === "test" ? args : [];
  });
  return new Set(names);
}

/** What follows `-exec` and the like in the arguments of find(1). */
function foundCommand(args: readonly string[]): readonly string[] {
  const at = args.findIndex((arg) => /^-(?:exec|execdir|ok|okdir)$/u.test(arg));
  if (at === -1) return [];
  const rest = args.slice(at + 1);
  const end = rest.findIndex((arg) => arg === ";" || arg === "+");
  return end === -1 ? rest : rest.slice(0, end);
}

function withoutOptions(args: readonly string[], valued: readonly string[]): readonly string[] {
  let index = 0;
  while (index < args.length && args[index]?.startsWith("-") === true) {
    if (args[index] === "--") return args.slice(index + 1);
    index += valued.includes(args[index] ?? "") ? 2 : 1;
  }
  return args.slice(index);
}

function merge(left: ShellScript["assigned"], right: ShellScript["assigned"]): ShellScript["assigned"] {
  const names = new Set([...left.keys(), ...right.keys()]);
  return new Map([...names].map((name) => [name, [...(left.get(name) ?? []), ...(right.get(name) ?? [])]]));
}

function unreadable(place: ScriptPlace, problem: { readonly reason: string; readonly line: number }): Finding {
  return {
    severity: "warning",
    code: "SHELL_UNREADABLE",
    path: place.path,
    message: `cannot read the shell script ${place.path}: line ${problem.line}: ${problem.reason}`,
    hint: "correct the line, or list the programs that the rest of the script runs under `binaries`",
  };
}

function untold(place: ScriptPlace, site: CommandSite): Finding {
  return {
    severity: "warning",
    code: "SHELL_COMMAND_COMPUTED",
    path: place.path,
    message: `cannot tell what line ${site.line} of ${place.path} runs: ${site.words[0]?.text ?? ""} is known only when it runs`,
    hint: "list the programs that it can be under `binaries`, or give it a value in `env`",
  };
}

function missing(place: ScriptPlace, site: CommandSite, name: string): Finding {
  return {
    severity: "warning",
    code: "SHELL_COMMAND_MISSING",
    path: place.path,
    message: `cannot find ${name}: line ${site.line} of ${place.path} runs it, not on the PATH of the builder`,
    hint: "install it in the builder, or leave the line out of the script",
  };
}
