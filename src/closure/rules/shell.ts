import { resolveLinks } from "../../rootfs/links.ts";
import { baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import type { DlopenRule, Yield } from "../closure.ts";
import { fileIfPresent } from "./matching.ts";

const systemShell = toAbsPath("/bin/sh");

/**
 * system(3) and popen(3), and what other languages make of them, start `/bin/sh`, by this path alone. Where `/bin` is a link, PATH finds the shell in
 * the directory that it leads to, and a shell that ships under that name only would be started by nobody.
 */
export const shell: DlopenRule = {
  name: "shell",
  applies: ({ path }) => baseName(path) === "sh" && path !== systemShell,
  async *needs({ path }, process): AsyncIterable<Yield> {
    const [own, system] = await Promise.all([
      resolveLinks(process.root, path),
      resolveLinks(process.root, systemShell),
    ]);
    if (own === undefined || own === "loop" || system === undefined || system === "loop") return;
    if (own.real === system.real) yield fileIfPresent(systemShell, "is started by programs as /bin/sh");
  },
};
