import type { ProcessContext } from "../../closure/model/closure.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { CommandSite, ShellScript } from "./syntax.ts";
import { expandCommand, type Scope, valuesOf } from "./values.ts";

/** Where a script lies, and what it is started with. */
export interface ScriptLocation {
  readonly path: AbsPath;
  /** What `$0` can be. Default: the path. */
  readonly names?: readonly AbsPath[];
  readonly positional: readonly string[];
}

/** Where words of a script get their values from. */
export function scopeOf(script: ShellScript, location: ScriptLocation, proc: ProcessContext): Scope {
  const { env } = proc;
  const base: Scope = { env, assigned: script.assigned, script: namesOf(location), positional: [location.positional] };
  // `set -- gunicorn "$@"` puts words before the arguments, `shift` takes one away.
  const sets = script.commands.flatMap(({ words, inFunction }) =>
    inFunction === undefined && words[0]?.value === "set" && words[1]?.value === "--"
      ? expandCommand(words.slice(2), base).commands
      : [],
  );
  const isShifted = script.commands.some(({ words }) => words[0]?.value === "shift");
  const all = [location.positional, ...sets, ...(isShifted ? [location.positional.slice(1)] : [])];
  const seen = new Set<string>();
  const positional = all.filter((list) => {
    const key = list.join("\0");
    return !seen.has(key) && seen.add(key) !== undefined;
  });
  return { ...base, positional };
}

/** What `$0` can be. */
export function namesOf({ path, names }: ScriptLocation): readonly AbsPath[] {
  return names ?? [path];
}

/** What `$1` ... can be at a command: in a function they are the words of its calls. */
export function positionalIn(site: CommandSite, script: ShellScript, scope: Scope): Scope["positional"] {
  const { inFunction } = site;
  if (inFunction === undefined) return scope.positional;
  return (script.calls ?? script.commands)
    .filter(({ words }) => words[0]?.value === inFunction)
    .flatMap(({ words }) => (words.length === 1 ? [[]] : expandCommand(words.slice(1), scope).commands))
    .slice(0, 16);
}

/** Directories that the script adds to PATH itself. */
export function searchDirectories(scope: Scope): readonly AbsPath[] {
  const words = scope.assigned.get("PATH") ?? [];
  const texts = words.flatMap((word) => (word === undefined ? [] : valuesOf(word, scope).texts));
  const written = words.flatMap((word) => (word === undefined || texts.length > 0 ? [] : [word.value]));
  const parts = [...texts, ...written].flatMap((text) => text.split(":"));
  return parts.filter((part) => /^\/[^$`]*$/u.test(part)).map((part) => toAbsPath(part));
}

/** Names that the script looks for before it runs them: `command -v jq`, `[ -x /usr/bin/jq ]`. */
export function guardedNames(script: ShellScript, scope: Scope): ReadonlySet<string> {
  const names = script.commands.flatMap(({ words }) => {
    const [name, ...args] = words.map((word) => valuesOf(word, scope).texts[0] ?? "");
    const isLookup =
      name === "type" || name === "which" || name === "hash" || (name === "command" && /^-[vV]$/u.test(args[0] ?? ""));
    return isLookup || name === "[" || name === "test" ? args : [];
  });
  return new Set(names);
}
