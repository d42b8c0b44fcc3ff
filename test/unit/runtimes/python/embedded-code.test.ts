import { expect, it } from "vitest";
import { python } from "../../../../src/runtimes/python/python.ts";
import { binary, closureOf } from "../../../support/closure.ts";

it("follows what a program imports that embeds Python", async () => {
  const { entries, diagnostics } = await closureOf({
    root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/sbin/server 0755 elf=x86_64 loader= needed=libpython3.13.so.1.0
from servermodule import *
import failed
cannot import it
fields.core.arrays
other.txt
//- /usr/lib/libpython3.13.so.1.0 elf=x86_64 soname=libpython3.13.so.1.0
import unused
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site-packages/servermodule.py
import helper
//- /usr/lib/python3.13/site-packages/helper.py
//- /usr/lib/python3.13/site-packages/unused.py
//- /usr/lib/python3.13/site-packages/fields/__init__.py
//- /usr/lib/python3.13/site-packages/fields/core/__init__.py
//- /usr/lib/python3.13/site-packages/fields/core/arrays.py
//- /usr/lib/python3.13/site-packages/other.py
`,
    roots: [binary("/usr/sbin/server")],
    plugins: { runtimes: [python] },
  });
  const names = entries.map(({ path }) => path).filter((path) => /site-packages\/.*\.py$/u.test(path));
  const modules = ["fields/__init__", "fields/core/__init__", "fields/core/arrays", "helper", "servermodule"];
  expect(names).toEqual(modules.map((name) => `/usr/lib/python3.13/site-packages/${name}.py`));
  expect(diagnostics).toEqual([]);
});
