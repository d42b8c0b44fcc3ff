import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { NodeContext } from "./node-context.ts";
import type { PackageJson } from "./package-json.ts";
import { wantedNeeds } from "./package-needs.ts";
import { packageRootOf } from "./packages.ts";

/**
 * Packages that were installed by name beside the program's own, and say that they are made for it: `npm install -g
 * server server-plugin`. The program lists the directory for them. Those that an application depends on are wanted
 * anyway.
 */
export async function* plugInNeeds(program: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { tree, packagePaths } = context;
  const directory = packageRootOf(program, packagePaths);
  const json = directory && (await tree.packageIn(directory));
  const own = json?.name;
  if (directory === undefined || own === undefined) return;
  const place = own.startsWith("@") ? parentOf(parentOf(directory)) : parentOf(directory);
  // Where a package.json lists what is installed, it says what the application is made of.
  if (baseName(place) !== "node_modules" || (await tree.packageIn(parentOf(place))) !== undefined) return;
  for (const name of await packagesIn(place, context)) {
    const found = toAbsPath(name, place);
    // Stores have what a package depends on beside it: it asks for that by name.
    if (name === own || json?.dependencies.includes(name) === true) continue;
    const other = await tree.packageIn(found);
    if (other === undefined || !isMadeFor(other, own)) continue;
    const path = toAbsPath("package.json", found);
    const why = `is made for ${own}, and installed beside it`;
    yield { need: { path, role: "module", evidence: "declared", why } };
    yield* wantedNeeds(name, { directory, package: found }, context);
  }
}

async function packagesIn(place: AbsPath, { tree }: NodeContext): Promise<readonly string[]> {
  const names: string[] = [];
  for (const name of (await tree.root.readDirectory(place)) ?? []) {
    const scoped = name.startsWith("@") ? ((await tree.root.readDirectory(toAbsPath(name, place))) ?? []) : undefined;
    names.push(...(scoped?.map((one) => `${name}/${one}`) ?? [name]));
  }
  return names;
}

/** True for a package that names another as what it needs around it, or in its own name. */
function isMadeFor({ name = "", around }: PackageJson, owner: string): boolean {
  const short = owner.replace(/^@[^/]*\//u, "");
  return (
    around.includes(owner) || around.includes(`${short}-plugin`) || baseName(toAbsPath(name)).startsWith(`${short}-`)
  );
}
