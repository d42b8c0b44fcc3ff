import { expect, it } from "vitest";
import { check, debian } from "./trace-python.ts";

it("reads the beginning of a computed name beside the module that computes it, and takes its data, at reachable", async () => {
  const root = `${debian}
//- /app/app.py
import phones.utils._html
//- /usr/lib/python3/dist-packages/phones-1.dist-info/METADATA
Name: phones
//- /usr/lib/python3/dist-packages/phones-1.dist-info/top_level.txt
phones
//- /usr/lib/python3/dist-packages/phones/__init__.py
__import__("region_%s" % code, globals(), locals(), fromlist=["x"], level=1)
//- /usr/lib/python3/dist-packages/phones/region_GB.py
//- /usr/lib/python3/dist-packages/phones/other.py
//- /usr/lib/python3/dist-packages/phones/utils/__init__.py
//- /usr/lib/python3/dist-packages/phones/utils/_html.py
//- /usr/lib/python3/dist-packages/phones/utils/_html.css
`;
  const proc = { prune: "reachable", stdlib: "reachable" } as const;
  const lines = (await check({ root, cmd: ["app.py"], process: proc })).split("\n");
  expect(lines.filter((line) => line.includes("phones/"))).toMatchInlineSnapshot(`
    [
      "/usr/lib/python3/dist-packages/phones-1.dist-info/METADATA  dependencies  /usr/lib/python3/dist-packages/phones/__init__.py is described by it (rule)",
      "/usr/lib/python3/dist-packages/phones-1.dist-info/top_level.txt  dependencies  /usr/lib/python3/dist-packages/phones/__init__.py is described by it (rule)",
      "/usr/lib/python3/dist-packages/phones/__init__.py  dependencies  /app/app.py imports phones.utils._html (proved)",
      "/usr/lib/python3/dist-packages/phones/region_GB.py  dependencies  /usr/lib/python3/dist-packages/phones/__init__.py imports a module of phones (string)",
      "/usr/lib/python3/dist-packages/phones/utils/__init__.py  dependencies  /app/app.py imports phones.utils._html (proved)",
      "/usr/lib/python3/dist-packages/phones/utils/_html.css  dependencies  /usr/lib/python3/dist-packages/phones/utils/__init__.py may read it (rule)",
      "/usr/lib/python3/dist-packages/phones/utils/_html.py  dependencies  /app/app.py imports phones.utils._html (proved)",
    ]
  `);
});
