import type { SettledUnknown } from "../../../../src/closure/model/unknown.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

/** Where distributions are. */
export const site = "/usr/lib/python3.13/site-packages";

/** A small library of Python. */
export const library = `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
`;

/** What ships of an application, and what is unknown, a line for each. */
export async function trace(tree: string, level: "safe" | "reachable" = "reachable"): Promise<string> {
  const { entries, unknowns, diagnostics } = await closureOf({
    root: `${library}${tree.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      stdlib: level,
      prune: level,
    },
    plugins: { runtimes: [python] },
  });
  const files = entries.filter(({ kind, path }) => kind === "file" && !/^\/usr\/bin|os\.py$/u.test(path));
  const lines = [
    ...files.map(({ path }) => path),
    ...unknowns.map(printUnknown),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
  return `\n${lines.join("\n").replaceAll(site, "SITE")}\n`;
}

function printUnknown({ from, what, kind, bound, outcome }: SettledUnknown): string {
  const where = bound.kind === "prefix" ? bound.prefix : "path" in bound ? bound.path : bound.kind;
  return `${kind} of ${from}: ${what} in ${bound.kind} ${where}: ${outcome}`;
}
