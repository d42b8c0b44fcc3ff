import { expect, it } from "vitest";
import { distributions, withoutLibrary } from "./trace-python.ts";

it("takes whole distributions with what they require, name and offer", async () => {
  expect(await withoutLibrary({ root: distributions, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/python3/dist-packages/Beta_Lib-2.egg-info/PKG-INFO  dependencies  /app/app.py requires beta-lib (declared)
    /usr/lib/python3/dist-packages/Beta_Lib-2.egg-info/top_level.txt  dependencies  /app/app.py requires beta-lib (declared)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/METADATA  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/RECORD  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/WHEEL  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/licenses/LICENSE  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha/__init__.py  dependencies  /app/app.py imports alpha.fast (proved)
    /usr/lib/python3/dist-packages/alpha/data.txt  dependencies  /app/app.py needs the package alpha, to which it belongs (rule)
    /usr/lib/python3/dist-packages/alpha/fast.abi3.so  dependencies  /app/app.py imports alpha.fast (proved)
    /usr/lib/python3/dist-packages/alpha/late.py  dependencies  /app/app.py needs the package alpha, to which it belongs (rule)
    /usr/lib/python3/dist-packages/beta/__init__.py  dependencies  /app/app.py needs the package beta-lib, to which it belongs (rule)
    "
  `);
});

it("takes what modules that something imports could use of other distributions", async () => {
  const root = `${distributions}\n//- /app/more.py\nimport alpha.late\n`;
  const text = await withoutLibrary({ root, cmd: ["app.py"] });
  expect(text).toContain("/epsilon/workers.py  dependencies  /usr/lib/python3/dist-packages/alpha/late.py names");
  expect(text).toContain("/zeta/plugin.py");
});

it("takes only reached modules and the data beside them at level reachable", async () => {
  const proc = { prune: "reachable" } as const;
  expect(await withoutLibrary({ root: distributions, cmd: ["app.py"], process: proc })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/METADATA  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/RECORD  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha-1.dist-info/licenses/LICENSE  dependencies  /app/app.py is described by it (rule)
    /usr/lib/python3/dist-packages/alpha/__init__.py  dependencies  /app/app.py imports alpha.fast (proved)
    /usr/lib/python3/dist-packages/alpha/data.txt  dependencies  /usr/lib/python3/dist-packages/alpha/__init__.py may read it (rule)
    /usr/lib/python3/dist-packages/alpha/fast.abi3.so  dependencies  /app/app.py imports alpha.fast (proved)
    "
  `);
});
