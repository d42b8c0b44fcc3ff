import type { ProcessContext } from "../../closure/model/closure.ts";
import { authorsFiles } from "../../languages/own-scripts.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { sourceName } from "./source-scan.ts";

/** Sources in a directory that a link of the application leads to, such as `public/wiki -> /usr/share/wiki`. */
export async function* linkedSources(
  proc: Pick<ProcessContext, "appRoot" | "root">,
  files: ProcessFiles,
): AsyncIterable<AbsPath> {
  for await (const { path, isElsewhere } of authorsFiles(proc.appRoot, { proc, files }))
    if (isElsewhere && sourceName.test(path)) yield path;
}
