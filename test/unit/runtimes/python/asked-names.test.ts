import { expect, it } from "vitest";
import { check, debian } from "./trace-python.ts";

it("takes the modules of a package that hands its own directory to a function", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const root = `${debian}
//- /app/app.py
import kit.checks, kit.plain
//- ${site}/kit/__init__.py
//- ${site}/kit/load.py
//- ${site}/kit/checks/__init__.py
from kit.load import register
def start(registry):
    register(registry, __path__[0])
//- ${site}/kit/checks/one.py
//- ${site}/kit/plain/__init__.py
from pkgutil import extend_path
__path__ = extend_path(__path__, __name__)
//- ${site}/kit/plain/unused.py
`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  const lines = await check({ root, cmd: ["app.py"], process: proc });
  expect(lines).toContain(`${site}/kit/checks/one.py`);
  expect(lines).not.toContain(`${site}/kit/plain/unused.py`);
});
