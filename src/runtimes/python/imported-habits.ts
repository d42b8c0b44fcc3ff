import type { AbsPath } from "../../rootfs/rootfs.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";
import type { ModuleIdentity } from "./module-identity.ts";
import { readFacts } from "./source-facts.ts";
import { absoluteModule } from "./source-text.ts";

/** The actions of a source, by itself or by functions that it imports. */
export interface Habits {
  readonly importsComputed: boolean;
  readonly listsModules: boolean;
}

/** The possible uses of texts by functions of these modules. */
export async function habitsOf(
  modules: readonly (FoundModule | undefined)[],
  installation: Installation,
): Promise<Habits> {
  let [importsComputed, listsModules] = [false, false];
  for (const module of modules) {
    const scan = await scanOf(module, installation);
    importsComputed ||= scan?.importsComputed === true;
    listsModules ||= scan?.listsModules === true || (scan?.importsComputed === true && scan.listsDirectory);
  }
  return { importsComputed, listsModules };
}

/** True when one of the modules, or a module of its package that it imports, loads entry points. */
export async function loadEntryPoints(
  modules: readonly (FoundModule | undefined)[],
  installation: Installation,
): Promise<boolean> {
  const seen = new Set<AbsPath>();
  const pending = modules.flatMap((module) => (module === undefined ? [] : [module]));
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    if (module.file === undefined || seen.has(module.file)) continue;
    seen.add(module.file);
    const scan = await scanOf(module, installation);
    if (scan?.loadsEntryPoints === true) return true;
    const top = module.name.split(".")[0] ?? module.name;
    const package_ = packageOf(module);
    for (const statement of scan?.imports ?? []) {
      const base = absoluteModule(statement, package_);
      if (base === undefined || base.split(".")[0] !== top) continue;
      for (const name of [base, ...(statement.names ?? []).map((one) => `${base}.${one}`)]) {
        const found = await installation.finder.find(name);
        if (found !== undefined) pending.push(found);
      }
    }
  }
  return false;
}

async function scanOf(module: FoundModule | undefined, installation: Installation) {
  if (module?.file === undefined || module.kind !== "source") return undefined;
  if (areaOf(installation, module.file) === "stdlib") return undefined;
  return (await readFacts(module.file, installation))?.scan;
}

function packageOf({ name, directories }: FoundModule): ModuleIdentity["package"] {
  return directories.length > 0 ? name : name.slice(0, Math.max(0, name.lastIndexOf(".")));
}
