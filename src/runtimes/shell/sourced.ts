import type { ProcessContext } from "../../closure/model/closure.ts";
import { latin1 } from "../../formats/text/latin1.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isPathPattern, isPattern } from "./builtins.ts";
import { type ArrayWords, readScript, type ShellScript } from "./syntax.ts";
import { expandCommand, type Scope } from "./values.ts";

/** Scripts that share their variables and functions: one that is run, and those that it reads with `.`. */
export interface ScriptFamily {
  /** Each with the variables, functions and calls of all, by its path. */
  readonly members: ReadonlyMap<AbsPath, ShellScript>;
  /** What they read beyond the scripts that are followed. */
  readonly others: ReadonlySet<AbsPath>;
}

const maxMembers = 256;

/** Finds the scripts that `script` reads, and those that these read, as far as their names can be told. */
export async function readFamily(
  path: AbsPath,
  script: ShellScript,
  { proc, scopeFor }: { readonly proc: ProcessContext; readonly scopeFor: (whole: ShellScript) => Scope },
): Promise<ScriptFamily> {
  const members = new Map([[path, script]]);
  const others = new Set<AbsPath>();
  for (let before = 0; before < members.size && members.size < maxMembers; ) {
    before = members.size;
    const scope = scopeFor(joined(script, members));
    for (const [from, member] of new Map(members)) {
      for (const one of await sourcedBy(from, member, scope, proc)) {
        if (members.has(one)) continue;
        if (members.size >= maxMembers) {
          others.add(one);
          continue;
        }
        const resolved = await resolveLinks(proc.root, one);
        if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") continue;
        const bytes = await proc.root.readFile(resolved.real);
        if (bytes !== undefined) members.set(one, await readScript(latin1(bytes)));
      }
    }
  }
  return { members: new Map([...members].map(([one, member]) => [one, joined(member, members)])), others };
}

/** A pattern that begins below the root could be any file: a comment of another language, `/**`, is mostly that. */
const belowRoot = /^\/[^/]*[*?[]/u;

/** The files that a word of a script can name: those that are there for a pattern, none where it cannot be told. */
export async function filesNamed(text: string, { root }: Pick<ProcessContext, "root">): Promise<readonly string[]> {
  if (!isPathPattern(text)) return text === "" || isPattern(text) ? [] : [text];
  if (belowRoot.test(text)) return [];
  const files: AbsPath[] = [];
  for (const path of await expandGlob(root, toAbsPath(text))) {
    const found = await resolveLinks(root, path);
    if (found !== undefined && found !== "loop" && found.stat.kind === "file") files.push(path);
  }
  return files;
}

/**
 * The file that `. NAME` reads: of the working directory or of the PATH, or one beside the script, whose caller puts
 * its directory into the PATH.
 */
export async function sourcedFile(
  name: string,
  script: AbsPath,
  { proc, directories = [] }: { readonly proc: ProcessContext; readonly directories?: readonly AbsPath[] },
): Promise<AbsPath> {
  const path = toAbsPath(name, proc.workdir);
  if (name.includes("/") || (await proc.root.lstat(path)) !== undefined) return path;
  const found = await proc.findProgram(name, directories);
  if (found !== undefined) return found;
  const resolved = await resolveLinks(proc.root, script);
  const real = resolved === undefined || resolved === "loop" ? script : resolved.real;
  for (const one of [script, real]) {
    const beside = childOf(parentOf(one), name);
    if ((await proc.root.lstat(beside)) !== undefined) return beside;
  }
  return path;
}

async function sourcedBy(
  path: AbsPath,
  { commands }: ShellScript,
  scope: Scope,
  proc: ProcessContext,
): Promise<readonly AbsPath[]> {
  const paths: AbsPath[] = [];
  for (const { words } of commands) {
    const name = words[0]?.value;
    if (name !== "." && name !== "source") continue;
    for (const [file] of expandCommand(words.slice(1, 2), scope).commands) {
      for (const named of await filesNamed(file ?? "", proc)) {
        paths.push(await sourcedFile(named, path, { proc }));
      }
    }
  }
  return paths;
}

function joined(own: ShellScript, members: ReadonlyMap<AbsPath, ShellScript>): ShellScript {
  if (members.size < 2) return own;
  const assigned = new Map<string, ShellScript["assigned"] extends ReadonlyMap<string, infer Words> ? Words : never>();
  const arrays = new Map<string, readonly ArrayWords[]>();
  const functions = new Set<string>();
  for (const member of members.values()) {
    for (const [name, lists] of member.arrays) arrays.set(name, [...(arrays.get(name) ?? []), ...lists]);
    for (const [name, words] of member.assigned) assigned.set(name, [...(assigned.get(name) ?? []), ...words]);
    for (const name of member.functions) functions.add(name);
  }
  const calls = [...members.values()].flatMap(({ commands }) => commands);
  const loops = new Set([...members.values()].flatMap((member) => [...member.loops]));
  return { ...own, assigned, arrays, loops, functions, calls };
}
