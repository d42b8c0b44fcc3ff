import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { namedPathNeeds } from "../../languages/named-paths.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { JarClasses } from "./jar-classes.ts";
import { hole, isApplications } from "./started-programs.ts";

/** Data that classes name by absolute paths: those of the application all of it, and others files. */
export async function* pathsOfClasses(
  path: AbsPath,
  { named }: Pick<JarClasses, "named">,
  { proc, mainClasses }: { readonly proc: ProcessContext; readonly mainClasses: readonly string[] },
): AsyncIterable<Yield> {
  const files = processFiles(proc.root);
  const isOfPackage = named.length > 0 && (await proc.systemPackage?.(path)) !== undefined;
  const asked = new Set<string>();
  for (const { name, texts } of named) {
    const isPackaged = isOfPackage || !isApplications(name, mainClasses);
    const code = texts.map((text) => JSON.stringify(text.replaceAll(hole, "%s"))).join("\n");
    for await (const one of namedPathNeeds(code, { source: path, files, isPackaged })) {
      const key = JSON.stringify(one);
      const isFile = "need" in one && one.need.role === "file";
      if (asked.has(key) || (isPackaged && !isFile)) continue;
      asked.add(key);
      yield one;
    }
  }
}
