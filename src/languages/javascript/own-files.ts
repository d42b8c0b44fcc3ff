import { processFiles } from "../../rootfs/process-files.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { type AuthorsFile, authorsFiles } from "../own-scripts.ts";
import type { NodeContext } from "./node-context.ts";

const ofPackages = /^(?:\..*|node_modules)$/u;
const known = new WeakMap<NodeContext, Promise<readonly AuthorsFile[]>>();

/** The directory of the application: that of the spec, or where the process works. */
export function ownDirectory({ proc: { appRoot, workdir } }: NodeContext): AbsPath | undefined {
  const home = appRoot ?? workdir;
  return home === "/" ? undefined : home;
}

/** The application's own files: all but packages, and what the names of directories hide. Listed once for a process. */
export function ownFiles(context: NodeContext): Promise<readonly AuthorsFile[]> {
  const files = known.get(context) ?? listFiles(context);
  known.set(context, files);
  return files;
}

async function listFiles(context: NodeContext): Promise<readonly AuthorsFile[]> {
  const asking = { proc: context.proc, files: processFiles(context.proc.root) };
  const found: AuthorsFile[] = [];
  for await (const file of authorsFiles(ownDirectory(context), asking, ofPackages)) found.push(file);
  return found;
}
