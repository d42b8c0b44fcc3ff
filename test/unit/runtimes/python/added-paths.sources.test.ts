import { expect, it } from "vitest";
import { check, debian } from "./trace-python.ts";

it("finds modules in the directories that sources add to sys.path, for those who run after them", async () => {
  const root = `${debian}
//- /usr/lib/python3/dist-packages/pkg_resources/__init__.py
import os, sys
sys.path.extend(((vendor_path := os.path.join(os.path.dirname(os.path.dirname(__file__)), 'setuptools', '_vendor')) not in sys.path) * [vendor_path])
import packaging.markers
//- /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/__init__.py
//- /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/markers.py
from ._parser import parse
import platformdirs
//- /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/_parser.py
//- /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/unused.py
//- /usr/lib/python3/dist-packages/setuptools/_vendor/platformdirs.py
//- /usr/lib/python3/dist-packages/setuptools/_vendor/wheel.py
//- /opt/plugins/plugin.py
import json
//- /app/a.py
import plugin
import nowhere
//- /app/main.py
import pkg_resources
import a
sys.path.insert(0, "/opt/plugins")
`;
  const found = await check({ root, cmd: ["main.py"], process: { prune: "reachable" } });
  expect(found.split("\n").filter((line) => !line.startsWith("/usr/lib/python3.13/"))).toMatchInlineSnapshot(`
    [
      "",
      "/app/a.py  system  /usr/bin/python3.13 may import it from the application (bound)",
      "/app/main.py  system  /usr/bin/python3.13 is told to run it (declared)",
      "/opt/plugins/plugin.py  system  /app/a.py imports plugin (proved)",
      "/usr/lib/libj.so.1  system  /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so needs libj.so.1 (proved)",
      "/usr/lib/python3/dist-packages/pkg_resources/__init__.py  dependencies  /app/main.py imports pkg_resources (proved)",
      "/usr/lib/python3/dist-packages/setuptools/_vendor/packaging/__init__.py  dependencies  /usr/lib/python3/dist-packages/pkg_resources/__init__.py imports packaging.markers (proved)",
      "/usr/lib/python3/dist-packages/setuptools/_vendor/packaging/_parser.py  dependencies  /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/markers.py imports packaging._parser (proved)",
      "/usr/lib/python3/dist-packages/setuptools/_vendor/packaging/markers.py  dependencies  /usr/lib/python3/dist-packages/pkg_resources/__init__.py imports packaging.markers (proved)",
      "/usr/lib/python3/dist-packages/setuptools/_vendor/platformdirs.py  dependencies  /usr/lib/python3/dist-packages/setuptools/_vendor/packaging/markers.py imports platformdirs (proved)",
      "warning IMPORT_MISSING: cannot import nowhere: needed by /app/a.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /usr/bin/python3.13 <- /usr/bin/python3",
      "",
    ]
  `);
});
