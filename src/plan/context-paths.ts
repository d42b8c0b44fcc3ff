import { toAbsPath } from "../rootfs/rootfs.ts";
import type { Spec } from "../spec/spec.ts";
import { usesContextFiles } from "./closure-request.ts";

/** Paths of the build context that the build reads, so that no others are transferred; undefined: all. */
export function contextPaths(spec: Spec): readonly string[] | undefined {
  const paths = new Set<string>();
  if (spec.app?.from === "context") paths.add(cleanPath(spec.app.src));
  for (const builder of Object.values(spec.builders)) {
    for (const step of builder.build) {
      if (step.kind === "copy" && step.from === "context") {
        for (const source of step.src) paths.add(source.includes("**") ? "" : cleanPath(source));
      }
      if (step.kind === "run" && step.mounts.some((mount) => mount.type === "bind" && mount.from === "context")) {
        paths.add("");
      }
    }
  }
  for (const file of spec.files) {
    if (file.kind === "copy" && file.from === "context") paths.add(/[*?[]/u.test(file.src) ? "" : cleanPath(file.src));
  }
  if (Array.isArray(spec.system.certificates)) {
    for (const certificate of spec.system.certificates) paths.add(cleanPath(String(certificate)));
  }
  return paths.has("") || (paths.size === 0 && !usesContextFiles(spec)) ? undefined : [...paths].sort();
}

function cleanPath(path: string): string {
  return toAbsPath(path).slice(1);
}
