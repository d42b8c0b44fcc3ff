import { expect, it } from "vitest";
import { distributions, withoutLibrary } from "./trace-python.ts";

it("takes a source that another one beside it opens, at level reachable", async () => {
  const root = `${distributions}
//- /usr/lib/python3/dist-packages/alpha/version.py
import gzip
//- /usr/lib/python3/dist-packages/alpha/other.py
//- /usr/lib/python3/dist-packages/alpha/__init__.py
exec(open(os.path.join(os.path.dirname(__file__), "version.py")).read())
`;
  const found = await withoutLibrary({ root, cmd: ["app.py"], process: { prune: "reachable" } });
  expect(found).toMatch(/alpha\/version\.py .*names version\.py/u);
  expect(found).not.toContain("alpha/other.py");
});
