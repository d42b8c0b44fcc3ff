import type { Finding, Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, childOf, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { type Because, type Emitter, rule } from "./emitter.ts";
import type { Installation } from "./installation.ts";
import { reachPlacedModules } from "./placed-modules.ts";
import type { Reach } from "./reach.ts";
import { filesReadBy, isExcludedFromSafe, startUpModules } from "./stdlib.ts";

/** The needs of every process of an installation, whatever it runs. */
export async function reachStartUp(
  installation: Installation,
  emitter: Emitter,
  reach: Reach,
  out: Yield[],
): Promise<void> {
  await reachLandmarks(installation, out);
  if (installation.proc.stdlib === "reachable") await reachStartUpModules(installation, emitter, reach, out);
  else await reachLibraryFiles(installation, emitter, out);
  await reachSites(installation, emitter, reach, out);
  await reachPlacedModules(installation, emitter, out);
}

/** Files and directories that are only looked at, by getpath and `site`. */
async function reachLandmarks({ proc, files, layout, searchPath }: Installation, out: Yield[]): Promise<void> {
  const landmark = (path: AbsPath, why: string, role: "file" | "module" = "file"): void => {
    out.push({ need: { path, role, evidence: "rule", why, layer: "interpreter" } });
  };
  if (layout.dynload !== undefined) landmark(layout.dynload, "looks for it as a landmark");
  if (await files.isFile(layout.zip)) landmark(layout.zip, "has it as its zipped library");
  for (const path of searchPath.archives) landmark(path, "has it on sys.path", "module");
  if (layout.venv === undefined) return;
  landmark(layout.venv.config, "reads it as its virtual environment");
  const lib64 = childOf(layout.venv.root, "lib64");
  if ((await proc.root.lstat(lib64))?.kind === "symlink") landmark(lib64, "has it in its virtual environment");
}

async function reachStartUpModules(
  { layout }: Installation,
  emitter: Emitter,
  reach: Reach,
  out: Yield[],
): Promise<void> {
  const because = rule("loads it to start or to report an error");
  for (const name of startUpModules) await reach.name(name, because, out);
  await emitter.file(childOf(layout.stdlib, "os.py"), "module", rule("looks for it as a landmark"), out);
}

async function reachLibraryFiles(
  { proc, files, layout, searchPath }: Installation,
  emitter: Emitter,
  out: Yield[],
): Promise<void> {
  const because = rule("has it in its standard library");
  for (const [module, texts] of Object.entries(filesReadBy)) {
    if (isExcludedFromSafe(`${module}/`) && proc.stdlib !== "full") continue;
    for (const path of texts.map((text) => toAbsPath(text))) {
      if (await files.isFile(path)) await emitter.file(path, "file", rule(`reads it with ${module}`), out);
    }
  }
  const isInstalled = (path: AbsPath): boolean =>
    /\/(?:site|dist)-packages\//u.test(path) || searchPath.siteDirectories.some((site) => isWithin(path, site));
  const isFull = proc.stdlib === "full";
  const keeps = (path: AbsPath): boolean =>
    !isInstalled(path) && (isFull || !isExcludedFromSafe(path.slice(layout.stdlib.length + 1)));
  await emitter.directory(layout.stdlib, { keeps, role: "file", because }, out);
  const { dynload } = layout;
  if (dynload === undefined || isWithin(dynload, layout.stdlib)) return;
  const keepsObject = (path: AbsPath): boolean => isFull || !isExcludedFromSafe(`lib-dynload/${baseName(path)}`);
  await emitter.directory(dynload, { keeps: keepsObject, role: "file", because }, out);
}

/** The files that `site` reads and runs, and all that is installed where nothing is pruned. */
async function reachSites(
  { proc, searchPath, finder, distributions }: Installation,
  emitter: Emitter,
  reach: Reach,
  out: Yield[],
): Promise<void> {
  if (proc.prune === "none") {
    for (const site of searchPath.siteDirectories) {
      await emitter.directory(site, { keeps: () => true, role: "file", because: rule("has it on sys.path") }, out);
    }
  }
  /** Without a record of its files, a distribution is known by the modules that the code imports. */
  const isOfDistribution = async (path: AbsPath, imports: readonly string[]): Promise<boolean> => {
    const modules = await Promise.all(imports.map((name) => finder.find(name)));
    // Several distributions may begin with the name of one namespace: the file's own name tells nothing.
    if (distributions.ownersOf(path).some(({ recorded }) => recorded?.includes(path) === true)) return true;
    const paths = modules.flatMap((module) => module?.file ?? []);
    return paths.some((one) => distributions.ownersOf(one).some((owner) => owner.metadata !== undefined));
  };
  for (const { path, damage, directories, siteDirectories, namespaces, imports, editable } of searchPath.pathFiles) {
    if (damage !== undefined) {
      out.push({ finding: unreadable(path, damage) });
      continue;
    }
    const isOwned = await isOfDistribution(path, imports);
    const extendsPath = [directories, siteDirectories].some(({ length }) => length > 0);
    const isEditable = editable.packages.size > 0 || editable.namespaces.size > 0;
    // Code that a distribution runs at start-up ships with the distribution, unless it is how an editable one is found.
    if (isOwned && !extendsPath && !isEditable) continue;
    await emitter.file(path, "file", rule("reads it to extend sys.path"), out);
    for (const namespace of namespaces) {
      const why = "makes a namespace of it at its start";
      out.push({ need: { path: namespace, role: "file", evidence: "proved", why, optional: true }, from: path });
    }
    for (const name of imports) {
      const because: Because = { evidence: "proved", why: `imports ${name}` };
      await reach.name(name, because, out);
    }
  }
  for (const name of ["sitecustomize", "usercustomize"]) {
    const found = await finder.find(name);
    if (found?.file !== undefined) await emitter.file(found.file, "module", rule("runs it at its start"), out);
  }
}

function unreadable(path: AbsPath, damage: string): Finding {
  return {
    severity: "warning",
    code: "PYTHON_PATH_FILE",
    message: `cannot read ${path}: ${damage}`,
    hint: "repair it in the builder, or remove it there: what it adds to sys.path is not found",
    path,
  };
}
