import type { RuntimePlugin } from "../../closure/model/closure.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { startShell } from "./runtime.ts";

/** The names by which shells that read sh's language are run; busybox is one when it is run as `sh` or `ash`. */
const names: ReadonlySet<string> = new Set(["ash", "bash", "dash", "ksh", "ksh93", "mksh", "sh", "zsh"]);

/** The Bourne shell's family. */
export const shell: RuntimePlugin = {
  name: "shell",
  claims: ({ path, elf }) => elf !== undefined && names.has(baseName(path)),
  start: startShell,
};
