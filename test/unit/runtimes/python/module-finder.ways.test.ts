import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { debian, findings } from "./trace-python.ts";

it("finds modules beside a source that a module is told to run, or above the packages that it lies in", async () => {
  const root = `${debian}
//- /usr/lib/python3/dist-packages/runner/__init__.py
//- /usr/lib/python3/dist-packages/runner/__main__.py
//- /app/tests/test_api.py
import helper
//- /app/tests/helper.py
//- /app/inner/pack/__init__.py
//- /app/inner/pack/test_own.py
import outer, gone
//- /app/inner/outer.py
`;
  const cmd = ["-m", "runner", "-q", "tests/test_api.py", "inner/pack/test_own.py"];
  expect(await findings({ root, cmd })).toMatch(/^\s*error IMPORT_MISSING: cannot import gone: [^\n]*\s*$/u);
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd, workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { runtimes: [python] },
  });
  const found = entries.map(({ path }) => path);
  expect(found).toContain("/app/tests/helper.py");
  expect(found).toContain("/app/inner/outer.py");
});
