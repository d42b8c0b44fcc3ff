import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { check, debian } from "./trace-python.ts";

it("follows names in compiled parts, names that begin as a package does, and settings of the application's own", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const root = `${debian}
//- /app/app.py
import os
import mixed, plugged, tagged, listed.management
os.environ["SETTINGS"] = "own_settings"
//- /app/own_settings.py
import chosen
//- ${site}/chosen.py
//- ${site}/mixed/__init__.cpython-313-x86_64-linux-gnu.so elf=x86_64
_inner
mixed._at_
fec2__mypyc
unshared
//- ${site}/mixed/_at_one.py
//- ${site}/mixed/_inner.py
//- ${site}/mixed/_other.py
//- ${site}/fec2__mypyc.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- ${site}/unshared.py
//- ${site}/plugged/__init__.py
names = ["jpeg", "webp"]
//- ${site}/plugged/image.py
def load(name):
    __import__(f"{__spec__.parent}.{name}", globals(), locals(), [])
//- ${site}/plugged/webp.py
//- ${site}/tagged/__init__.py
import plugged.image, sysconfig
__import__('tagged.__config__' + sysconfig.get_config_var('SOABI'))
//- ${site}/tagged/__config__cpython-313.py
//- ${site}/tagged/unused.py
//- ${site}/listed/__init__.py
//- ${site}/listed/management/__init__.py
import os, pkgutil
found = [name for _, name, _ in pkgutil.iter_modules([os.path.join(__path__[0], "commands")])]
//- ${site}/listed/management/commands/__init__.py
//- ${site}/listed/management/commands/migrate.py
//- ${site}/listed/locale/de.mo
//- ${site}/listed/locale/de.po
`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  const lines = (await check({ root, cmd: ["app.py"], process: proc })).split("\n");
  expect(lines.filter((line) => line.includes(site))).toMatchInlineSnapshot(`
    [
      "/usr/lib/python3/dist-packages/chosen.py  dependencies  /app/own_settings.py imports chosen (proved)",
      "/usr/lib/python3/dist-packages/fec2__mypyc.cpython-313-x86_64-linux-gnu.so  dependencies  /app/app.py names fec2__mypyc (string)",
      "/usr/lib/python3/dist-packages/listed/__init__.py  dependencies  /app/app.py imports listed.management (proved)",
      "/usr/lib/python3/dist-packages/listed/locale/de.mo  dependencies  /usr/lib/python3/dist-packages/listed/__init__.py may read it (rule)",
      "/usr/lib/python3/dist-packages/listed/management/__init__.py  dependencies  /app/app.py imports listed.management (proved)",
      "/usr/lib/python3/dist-packages/listed/management/commands/__init__.py  dependencies  /usr/lib/python3/dist-packages/listed/management/__init__.py lists the modules of listed.management (string)",
      "/usr/lib/python3/dist-packages/listed/management/commands/migrate.py  dependencies  /usr/lib/python3/dist-packages/listed/management/__init__.py lists the modules of listed.management.commands (string)",
      "/usr/lib/python3/dist-packages/mixed/__init__.cpython-313-x86_64-linux-gnu.so  dependencies  /app/app.py imports mixed (proved)",
      "/usr/lib/python3/dist-packages/mixed/_at_one.py  dependencies  /app/app.py names mixed._at_ (string)",
      "/usr/lib/python3/dist-packages/mixed/_inner.py  dependencies  /app/app.py names _inner (string)",
      "/usr/lib/python3/dist-packages/plugged/__init__.py  dependencies  /app/app.py imports plugged (proved)",
      "/usr/lib/python3/dist-packages/plugged/image.py  dependencies  /usr/lib/python3/dist-packages/tagged/__init__.py imports plugged.image (proved)",
      "/usr/lib/python3/dist-packages/plugged/webp.py  dependencies  /usr/lib/python3/dist-packages/plugged/image.py imports a module of plugged (string)",
      "/usr/lib/python3/dist-packages/tagged/__config__cpython-313.py  dependencies  /usr/lib/python3/dist-packages/tagged/__init__.py imports a module of tagged (string)",
      "/usr/lib/python3/dist-packages/tagged/__init__.py  dependencies  /app/app.py imports tagged (proved)",
    ]
  `);
  const safe = (await check({ root, cmd: ["app.py"] })).split("\n");
  expect(safe.filter((line) => /__mypyc|unshared/u.test(line))).toMatchInlineSnapshot(`
    [
      "/usr/lib/python3/dist-packages/fec2__mypyc.cpython-313-x86_64-linux-gnu.so  dependencies  /app/app.py names fec2__mypyc (string)",
    ]
  `);
});

it("takes compiled parts of the library that others of it name, at level reachable", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/lib-dynload/_codecs_hk.cpython-313-x86_64-linux-gnu.so elf=x86_64
_codecs_tw
_codecs_hk
_gone
//- /usr/lib/python3.13/lib-dynload/_codecs_tw.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- /usr/lib/python3.13/lib-dynload/_codecs_kr.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- /app/app.py
import _codecs_hk
`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), stdlib: "reachable" },
    plugins: { runtimes: [python] },
  });
  const found = entries.flatMap(({ path }) => /_codecs_\w+/u.exec(path)?.[0] ?? []);
  expect(found).toEqual(["_codecs_hk", "_codecs_tw"]);
});
