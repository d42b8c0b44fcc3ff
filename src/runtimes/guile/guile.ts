import type { RuntimePlugin } from "../../closure/model/closure.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { startGuile } from "./runtime.ts";

/** GNU Guile 2.2 and 3. */
export const guile: RuntimePlugin = {
  name: "guile",
  library: /^libguile-[\d.]+\.so/u,
  systemDirectories: /^\/usr\/(?:share|lib(?:\/[^/]+)?)\/guile\//u,
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && [path, realPath].some((name) => /^guile(?:-?\d[\d.]*)?$/u.test(baseName(name))),
  start: startGuile,
};
