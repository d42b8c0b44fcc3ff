import { expect, it } from "vitest";
import type { RuntimePlugin } from "../../../src/closure/model/closure.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /bin/sh 0755 elf=x86_64 static
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/machine 0755 elf=x86_64 loader
//- /usr/share/boxes/named.box
//- /usr/share/boxes/other.box
//- /usr/lib/named.so elf=x86_64
//- /usr/lib/other.so elf=x86_64
//- /usr/local/bin/start 0755
#!/bin/sh
BOXES=
for one in named gone; do
  [ -e /usr/share/boxes/$one.box ] && BOXES="$BOXES:/usr/share/boxes/$one.box"
done
exec machine -boxes "$BOXES" Main
`;

/** A run-time that opens a library for each archive that it loads. */
const machine: RuntimePlugin = {
  name: "machine",
  systemDirectories: /^\/usr\/share\/boxes\//u,
  archives: /\.box$/u,
  claims: ({ path }) => path === "/usr/bin/machine",
  start: async () => ({
    async *start() {},
    async *needs(path) {
      const [, name] = /(\w+)\.box$/u.exec(path) ?? [];
      if (name === undefined) return;
      yield { need: { path: toAbsPath(`/usr/lib/${name}.so`), role: "object", evidence: "proved", why: "loads it" } };
    },
    async *settle() {},
  }),
};

it.each(["safe", "reachable"] as const)("follows an archive that a script names at %s", async (level) => {
  const { runtimes, ...plugins } = allPlugins();
  const { entries } = await closureOf({
    root,
    roots: [binary("/usr/local/bin/start")],
    process: { prune: level, stdlib: level },
    plugins: { ...plugins, features: [], runtimes: [machine, ...runtimes] },
  });
  const found = entries.map(({ path }) => path).filter((path) => /\.(?:box|so)$/u.test(path));
  expect(found).toEqual(["/usr/lib/named.so", "/usr/share/boxes/named.box"]);
});
