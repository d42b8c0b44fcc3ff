import { expect, test } from "vitest";
import type { RuntimePlugin } from "../../../src/closure/model/closure.ts";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { type Looking, lookForPath } from "../../../src/resolver/look-for-path.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { bare, openCase } from "../../support/closure.ts";
import { fixtureRoot } from "../../support/fixture.ts";
import { someLocations } from "../../support/manifest.ts";

const builder = `
//- /usr/bin/run 0755 elf=x86_64
//- /usr/bin/runner -> run
//- /usr/bin/gone -> ../lib/gone
//- /usr/bin/tool 0755
//- /usr/share/doc/run/copyright
//- /usr/lib/run/core.txt
//- /usr/lib/run/tests/core.txt
//- /usr/lib/run/extra.h
//- /etc/shadow
//- /var/lib/dpkg/status
Package: run
Status: install ok installed
Version: 1
Architecture: amd64

Package: tools
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/run.list
/usr/bin/run
/usr/lib/run/core.txt
/usr/lib/run/tests/core.txt
//- /var/lib/dpkg/info/tools.list
/usr/bin/tool
`;
const app = "//- /main.txt\n//- /notes/a.txt\n//- /Makefile\n";

/** Ships its library, and its tests at level \`full\` only. */
const run: RuntimePlugin = {
  name: "run",
  claims: ({ realPath }) => realPath === "/usr/bin/run",
  start: async (proc) =>
    Promise.resolve({
      async *start() {
        const skip = (path: string) => proc.stdlib !== "full" && (path.includes("/tests") || path.endsWith(".h"));
        yield {
          need: { path: toAbsPath("/usr/lib/run"), role: "tree", evidence: "rule", why: "has it in its library", skip },
        };
      },
      async *needs() {},
      async *settle() {},
    }),
};

const looking: Looking = {
  request: openCase({
    root: builder,
    trees: [{ id: "app", prefix: "/app", kind: "app", tree: app, include: ["**/*.txt"], exclude: ["notes/**"] }],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/run" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    closure: { exclude: [{ path: "/usr/share/doc/**", force: false }] },
  }).request,
  roots: [fixtureRoot(builder), fixtureRoot(app)],
  plugins: { ...bare, runtimes: [run], packages: [dpkg] },
  locations: someLocations,
};

test.for([
  ["/usr/lib/run/tests/core.txt"],
  ["/usr/lib/run/extra.h"],
  ["/usr/share/doc/run/copyright"],
  ["/usr/bin/tool"],
  ["/usr/bin/tols"],
  ["/usr/bin/gone"],
  ["/usr/bin/runner"],
  ["/etc/shadow"],
  ["/app/notes/a.txt"],
  ["/app/Makefile"],
  ["/app/main.tx"],
] as const)("%s", async ([path]) => {
  expect(await lookForPath(looking, path)).toMatchSnapshot();
});
