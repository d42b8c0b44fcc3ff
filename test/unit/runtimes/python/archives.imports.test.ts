import { expect, it } from "vitest";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { writeZip } from "../../../support/write-zip.ts";
import { check, debian } from "./trace-python.ts";

it("traces imports inside archives that run and that are on the search path, packed or not", async () => {
  const root = `${debian}
//- /usr/lib/python3.13/base64.py
import struct
//- /usr/lib/python3.13/struct.py
//- /usr/lib/python3.13/unused.py
//- /usr/lib/python3/dist-packages/dep/__init__.py
//- /usr/lib/python3/dist-packages/other/__init__.py
`;
  const content = writeZip(
    {
      "__main__.py": "import helper.inner\nimport on_path\nimport nowhere\n",
      "helper/__init__.py": "from . import inner\nfrom .absent import x\n",
      "helper/inner.py": "import json\nimport dep\n",
      "helper/data.bin": "import other\n",
      "../../escape.py": "import other\n",
    },
    "#!/usr/bin/env python3\n",
  );
  const library = writeZip({ "on_path.py": "import base64\n", "unused_here.py": "import missing_but_never_loaded\n" });
  const tree = memoryRootFs([
    ...parseFixture(root),
    ["/srv/app.pyz", { content }],
    ["/srv/lib.zip", { content: library }],
  ]);
  const proc = { env: { PYTHONPATH: "/srv/lib.zip" }, stdlib: "reachable", prune: "reachable" } as const;
  const lines = (await check({ root, tree, cmd: ["/srv/app.pyz"], process: proc })).split("\n");
  expect(
    lines.filter((line) => /json\/__init__|base64|\/dep\/|other|srv|error|warning/u.test(line)),
  ).toMatchInlineSnapshot(`
    [
      "/srv/app.pyz  system  /usr/bin/python3.13 is told to run it (declared)",
      "/srv/lib.zip  interpreter  /usr/bin/python3.13 has it on sys.path (rule)",
      "/usr/lib/python3.13/base64.py  interpreter  /srv/lib.zip imports base64 (proved)",
      "/usr/lib/python3.13/encodings/__init__.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)",
      "/usr/lib/python3.13/json/__init__.py  interpreter  /srv/app.pyz imports json (proved)",
      "/usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so  interpreter  /usr/lib/python3.13/json/__init__.py imports _json (proved)",
      "/usr/lib/python3.13/os.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)",
      "/usr/lib/python3.13/site.py  interpreter  /usr/bin/python3.13 loads it to start or to report an error (rule)",
      "/usr/lib/python3.13/struct.py  interpreter  /usr/lib/python3.13/base64.py imports struct (proved)",
      "/usr/lib/python3/dist-packages/dep/__init__.py  dependencies  /srv/app.pyz imports dep (proved)",
      "error IMPORT_MISSING: cannot import nowhere: needed by /srv/app.pyz/__main__.py, not found on sys.path (/srv:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /srv/app.pyz <- /usr/bin/python3.13 <- /usr/bin/python3",
    ]
  `);
});
