import type { ProcessContext } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { type ArrayWords, readScript, type ShellScript } from "./syntax.ts";
import { expandCommand, isPattern, type Scope } from "./values.ts";

/** Scripts that share their variables and functions: one that is run, and those that it reads with `.`. */
export interface ScriptFamily {
  /** Each with the variables, functions and calls of all, by its path. */
  readonly members: ReadonlyMap<AbsPath, ShellScript>;
}

const maxMembers = 256;

/** Finds the scripts that `script` reads, and those that these read, as far as their names can be told. */
export async function readFamily(
  path: AbsPath,
  script: ShellScript,
  { proc, scopeFor }: { readonly proc: ProcessContext; readonly scopeFor: (whole: ShellScript) => Scope },
): Promise<ScriptFamily> {
  const members = new Map([[path, script]]);
  for (let before = 0; before < members.size && members.size < maxMembers; ) {
    before = members.size;
    const scope = scopeFor(joined(script, members));
    for (const member of new Map(members).values()) {
      for (const named of sourcedBy(member, scope)) {
        const one = named.includes("/") ? toAbsPath(named, proc.workdir) : await proc.findProgram(named);
        if (one === undefined || members.has(one) || members.size >= maxMembers) continue;
        const resolved = await resolveLinks(proc.root, one);
        if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") continue;
        const bytes = await proc.root.readFile(resolved.real);
        if (bytes !== undefined) members.set(one, await readScript(new TextDecoder("latin1").decode(bytes)));
      }
    }
  }
  return { members: new Map([...members].map(([one, member]) => [one, joined(member, members)])) };
}

function sourcedBy({ commands }: ShellScript, scope: Scope): readonly string[] {
  return commands.flatMap(({ words }) => {
    const name = words[0]?.value;
    if (name !== "." && name !== "source") return [];
    return expandCommand(words.slice(1, 2), scope).commands.flatMap(([file]) =>
      file === undefined || file === "" || isPattern(file) ? [] : [file],
    );
  });
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
