import { expect, it } from "vitest";
import { node } from "../../../../src/runtimes/node/node.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { shell } from "../../../../src/runtimes/shell/shell.ts";
import { binary, closureOf } from "../../../support/closure.ts";

it.each([
  ["export PYTHONPATH=/opt/own\npython3 -m own", "/opt/own/own.py"],
  ["export PYTHONPATH=/opt/own:$PYTHONPATH\nexec python3 -c 'import own'", "/opt/own/own.py"],
  ['PYTHONPATH="/opt/own" python3 -c "import own"', "/opt/own/own.py"],
  ["PYTHONPATH=/opt/own\nexport PYTHONPATH\npython3 -m own", "/opt/own/own.py"],
  [
    "if true; then M=other.app; else M=chosen.app; fi\nexport OWN_MODULE=$M\npython3 /opt/own/run.py",
    "/usr/lib/python3.13/site-packages/chosen/app.py",
  ],
  ["export NODE_PATH=/opt/own\nnode -e \"require('own')\"", "/opt/own/own.js"],
])("variables of a script reach what it starts: %s", async (script, expected) => {
  const { entries, diagnostics } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/bin/node 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site-packages/chosen/__init__.py
//- /usr/lib/python3.13/site-packages/chosen/app.py
//- /opt/own/own.py
//- /opt/own/own.js
//- /opt/own/run.py
import os
__import__(os.environ["OWN_MODULE"])
//- /usr/local/bin/start 0755
#!/usr/bin/sh
${script}
`,
    roots: [binary("/usr/local/bin/start")],
    process: { env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell, python, node] },
  });
  expect(diagnostics).toEqual([]);
  expect(entries.map(({ path }) => path)).toContain(expected);
});
