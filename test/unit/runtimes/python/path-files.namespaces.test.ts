import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { library, site } from "./trace-unknowns.ts";

it("makes the namespaces that a path file needs at the start of every program", async () => {
  const tree = `
//- /app/app.py
//- SITE/space-nspkg.pth
import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('space', 'inner'));m = sys.modules['space']
//- SITE/space/inner/module.py
`;
  const { entries } = await closureOf({
    root: `${library}${tree.replaceAll("SITE", site)}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      stdlib: "reachable",
      prune: "reachable",
    },
    plugins: { runtimes: [python] },
  });
  expect(entries.map(({ path }) => path).filter((path) => path.startsWith(`${site}/space/`))).toEqual([
    `${site}/space/inner`,
  ]);
});
