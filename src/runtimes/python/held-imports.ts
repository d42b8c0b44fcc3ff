import { type Gate, gateOf } from "./gates.ts";
import type { ImportStatement } from "./import-statement.ts";
import type { Area, Installation } from "./installation.ts";
import type { ModuleIdentity } from "./module-identity.ts";

/**
 * The gate at which an import waits: at level `reachable`, some of the standard library wait until something asks for
 * what they are for. Undefined for others.
 */
export async function gateThatHolds(
  statement: ImportStatement,
  base: string,
  reading: {
    readonly source: { readonly identity: ModuleIdentity; readonly isMain: boolean };
    readonly area: Area;
    readonly installation: Installation;
  },
): Promise<Gate | undefined> {
  const { source, area, installation } = reading;
  const { proc } = installation;
  if (proc.stdlib !== "reachable" || area !== "stdlib" || statement.time === "always" || source.isMain)
    return undefined;
  const gate = gateOf(source.identity.name, base) ?? gateOfNames(statement, source.identity.name, base);
  return gate !== undefined && (await hasInstead(gate, installation)) ? gate : undefined;
}

/**
 * True where the compiled module that a gate counts on is there: as a file, or in the program or its library by its
 * name in a table.
 */
async function hasInstead({ instead }: Gate, { finder, proc }: Installation): Promise<boolean> {
  if (instead === undefined) return true;
  for (const name of instead) if ((await finder.find(name)) !== undefined) return true;
  const libraries = await Promise.all(
    (proc.elf?.needed ?? [])
      .filter((soname) => soname.startsWith("libpython"))
      .map(async (soname) => {
        const path = await proc.findLibrary(soname);
        return path === undefined ? undefined : proc.readElf(path);
      }),
  );
  for (const elf of [proc.elf, ...libraries]) {
    for (const text of (await elf?.strings(instead[0]?.slice(0, 4))) ?? []) if (instead.includes(text)) return true;
  }
  return false;
}

/** `from . import name` imports a module by the name. */
function gateOfNames(statement: ImportStatement, from: string, base: string): Gate | undefined {
  const [name] = statement.names ?? [];
  return name === undefined ? undefined : gateOf(from, `${base}.${name}`);
}
