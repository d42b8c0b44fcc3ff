import { type AbsPath, childOf, parentOf, type RootFs, toAbsPath } from "./rootfs.ts";

type Links = Pick<RootFs, "lstat" | "readDirectory">;
type Names = ReadonlyMap<AbsPath, readonly AbsPath[]>;

const alternatives = toAbsPath("/etc/alternatives");
const knownNames = new WeakMap<Links, Promise<Names>>();

/**
 * The names that a system gives a program beside its own, in its directory: `/usr/sbin/agent` is a link to
 * `/etc/alternatives/agent`, and that one to `/usr/sbin/agent-own`. No package lists them.
 */
export async function otherNamesOf(program: AbsPath, root: Links): Promise<readonly AbsPath[]> {
  const names = knownNames.get(root) ?? readNames(root);
  knownNames.set(root, names);
  return (await names).get(program) ?? [];
}

async function readNames(root: Links): Promise<Names> {
  const names = new Map<AbsPath, readonly AbsPath[]>();
  for (const name of (await root.readDirectory(alternatives)) ?? []) {
    const link = childOf(alternatives, name);
    const target = (await root.lstat(link))?.target;
    if (target === undefined) continue;
    const program = toAbsPath(target, alternatives);
    const path = childOf(parentOf(program), name);
    if ((await root.lstat(path))?.target === link) names.set(program, [...(names.get(program) ?? []), path]);
  }
  return names;
}
