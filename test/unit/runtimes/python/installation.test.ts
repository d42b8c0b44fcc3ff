import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { distributions, findings } from "./trace-python.ts";

it("finds a virtual environment and its way to the system's packages", async () => {
  const root = `${distributions}
//- /opt/venv/bin/python -> /usr/bin/python3
//- /opt/venv/lib64 -> lib
//- /opt/venv/pyvenv.cfg
home = /usr/bin
include-system-site-packages = true
command = /usr/bin/python3 -m venv /opt/venv
//- /opt/venv/bin/activate
//- /opt/venv/lib/python3.13/site-packages/alpha.py
import gamma
//- /opt/venv/lib/python3.13/site-packages/more.pth
/opt/more
import hook
//- /opt/venv/lib/python3.13/site-packages/hook.py
//- /opt/more/extra.py
//- /app/main.py
import extra
`;
  const run = (cmd: readonly string[]) =>
    closureOf({
      root,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/opt/venv/bin/python" }],
      process: { cmd, workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
      plugins: { runtimes: [python] },
    });
  const { entries } = await run(["main.py"]);
  const paths = entries.filter(({ kind, path }) => kind !== "directory" && !path.startsWith("/usr/lib/python3.13/"));
  expect(paths.map(({ path }) => path)).toMatchInlineSnapshot(`
    [
      "/app/app.py",
      "/app/main.py",
      "/lib64/ld-linux-x86-64.so.2",
      "/opt/more/extra.py",
      "/opt/venv/bin/python",
      "/opt/venv/lib/python3.13/site-packages/alpha.py",
      "/opt/venv/lib/python3.13/site-packages/hook.py",
      "/opt/venv/lib/python3.13/site-packages/more.pth",
      "/opt/venv/lib64",
      "/opt/venv/pyvenv.cfg",
      "/usr/bin/python3",
      "/usr/bin/python3.13",
      "/usr/lib/libj.so.1",
      "/usr/lib/python3/dist-packages/gamma-1.egg-info",
      "/usr/lib/python3/dist-packages/gamma.py",
    ]
  `);
});

it("says so when there is no standard library", async () => {
  const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 0755 elf=x86_64 loader
`;
  expect(await findings({ root, cmd: [], app: false })).toMatchInlineSnapshot(`
    "
    error PYTHON_STDLIB_MISSING: cannot find the standard library of /usr/bin/python3: no lib/python3.*/os.py above it, in /usr/local or in /usr
    "
  `);
});
