import type { RuntimePlugin } from "../../closure/model/closure.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { startTcl } from "./runtime.ts";

/** Tcl 8 and 9, Tk's wish, and expect. */
export const tcl: RuntimePlugin = {
  name: "tcl",
  library: /^libtcl[\d.]+\.so/u,
  systemDirectories: /^\/usr\/(?:share|lib(?:\/[^/]+)?)\/tcl(?:tk)?[\d.]*\//u,
  sources: /\.t(?:cl|m)$/u,
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && [path, realPath].some((name) => /^(?:tclsh|wish|expect)(?:-?[\d.]+)?$/u.test(baseName(name))),
  start: startTcl,
};
