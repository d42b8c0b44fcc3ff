import type { Yield } from "../../closure/model/closure.ts";
import { childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { type Emitter, rule } from "./emitter.ts";
import type { Installation } from "./installation.ts";

const local = toAbsPath("/usr/local");

/**
 * Modules that the builder's author put into /usr/local for an interpreter of the distribution, and nobody recorded:
 * plug-ins that settings name. What a program of a package imports by such names, nothing in its sources tells.
 */
export async function reachPlacedModules(
  { proc, files, searchPath, distributions }: Installation,
  emitter: Emitter,
  out: Yield[],
): Promise<void> {
  if (proc.prune !== "safe" || isWithin(proc.realProgram, local)) return;
  const because = rule("has it among what is installed for it, where its author put it");
  for (const site of searchPath.siteDirectories.filter((path) => isWithin(path, local))) {
    for (const name of await files.names(site)) {
      const path = childOf(site, name);
      const isModule = name.endsWith(".py") && (await files.isFile(path));
      if (!isModule && !(await files.isFile(childOf(path, "__init__.py")))) continue;
      const source = isModule ? path : childOf(path, "__init__.py");
      const isRecorded = distributions.ownersOf(source).some(({ metadata }) => metadata !== undefined);
      if (isRecorded || (await proc.systemPackage?.((await files.realPath(source)) ?? source)) !== undefined) continue;
      if (isModule) await emitter.file(path, "module", because, out);
      else {
        const keeps = (): boolean => true;
        await emitter.directory(path, { keeps, role: "module", because }, out);
      }
    }
  }
}
