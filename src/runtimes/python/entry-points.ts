import type { Yield } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { Distribution } from "./distributions.ts";
import type { Because } from "./emitter.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { Reach } from "./reach.ts";

interface Asking {
  readonly installation: Installation;
  readonly reach: Reach;
  readonly out: Yield[];
}

/**
 * `importlib.resources.files` of a namespace: where it holds files and no module, it is a directory in which a
 * distribution keeps data, and belongs to no package.
 */
export async function reachNamespaceFiles(name: string, installation: Installation, out: Yield[]): Promise<void> {
  const found = await installation.finder.find(name);
  if (found?.kind !== "namespace") return;
  for (const path of found.directories) {
    const names = [...(await installation.files.names(path))];
    const isData = names.some((one) => one.includes(".")) && !names.some((one) => one.endsWith(".py"));
    if (!isData || areaOf(installation, path) === "stdlib") continue;
    out.push({ need: { path, role: "tree", evidence: "proved", why: `reads the files of ${name}`, optional: true } });
  }
}

/** `load_entry_point("supervisor", "console_scripts", "supervisord")` of a script that an installer wrote. */
export async function reachEntryPoint(
  name: string,
  { path, names }: { readonly path: AbsPath; readonly names: readonly string[] },
  { installation, reach, out }: Asking,
): Promise<void> {
  const known = new Set(names);
  for (const distribution of installation.distributions.named(name.split("==")[0] ?? name)) {
    const because: Because = { evidence: "proved", why: `loads an entry point of ${distribution.name}` };
    await reach.distribution(distribution, because, out);
    for (const point of distribution.entryPoints) {
      const isMeant = known.has(point.name) || path.endsWith(`/${point.name}`);
      if (known.has(point.group) && isMeant) await reach.name(point.module, because, out);
    }
  }
}

/** `distribution("desk").entry_points`: what it may load are those of the groups that the source names, or all. */
export async function reachOwnEntryPoints(
  { name, entryPoints }: Distribution,
  names: readonly string[],
  { reach, out }: Pick<Asking, "reach" | "out">,
): Promise<void> {
  const meant = entryPoints.filter(({ group }) => names.includes(group));
  const because: Because = { evidence: "rule", why: `asks for the entry points of ${name}` };
  for (const { module } of meant.length > 0 ? meant : entryPoints) await reach.name(module, because, out);
}
