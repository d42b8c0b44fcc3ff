import type { ClosureRequest } from "../../../../src/closure/model/request.ts";
import { type RootFs, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

/** Python of Debian with a small library. */
export const debian = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3.13/json/__init__.py
import _json
//- /usr/lib/python3.13/encodings/__init__.py
//- /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so elf=x86_64 needed=libj.so.1
//- /usr/lib/python3.13/lib-dynload/_testcapi.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- /usr/lib/python3.13/test/test_os.py
//- /usr/lib/python3.13/tkinter/__init__.py
import _tkinter
//- /usr/lib/python3.13/tkinter/test/test_tk.py
//- /usr/lib/python3.13/lib-dynload/_tkinter.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- /usr/lib/libj.so.1 elf=x86_64
`;

/** A program and what is around it. */
interface Case {
  readonly root: string;
  readonly tree?: RootFs;
  readonly cmd: readonly string[];
  readonly app?: boolean;
  readonly process?: Partial<ClosureRequest["process"]>;
}

/** What ships for a program, a line for each. */
export async function check({ root, tree, cmd, app = true, process: proc }: Case): Promise<string> {
  const { entries, diagnostics } = await closureOf({
    root,
    ...(tree === undefined ? {} : { tree }),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd,
      workdir: toAbsPath("/app"),
      ...(app ? { appRoot: toAbsPath("/app") } : {}),
      ...proc,
    },
    plugins: { runtimes: [python] },
  });
  const lines = entries
    .filter(({ kind, path }) => kind !== "directory" && !/^\/(?:lib64|usr\/bin)\//u.test(path))
    .map(({ path, layer, reason }) => `${path}  ${layer}  ${reason.from} ${reason.why} (${reason.evidence})`);
  const findings = diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  return `\n${[...lines, ...findings].join("\n")}\n`;
}

/** Distributions that are installed. */
export const distributions: string = `${debian}
//- /usr/lib/python3/dist-packages/alpha-1.dist-info/METADATA
Name: Alpha
Requires-Dist: beta-lib>=1
Requires-Dist: gamma; python_version < "3"
Requires-Dist: delta; extra == "all"
//- /usr/lib/python3/dist-packages/alpha-1.dist-info/RECORD
alpha/__init__.py,,
alpha/late.py,,
alpha/data.txt,,
alpha/types.pyi,,
alpha/gone.py,,
alpha/tests/test_alpha.py,,
alpha/fast.abi3.so,,
../../../bin/alpha,,
//- /usr/lib/python3/dist-packages/alpha-1.dist-info/WHEEL
//- /usr/lib/python3/dist-packages/alpha-1.dist-info/licenses/LICENSE
//- /usr/lib/python3/dist-packages/alpha/__init__.py
//- /usr/lib/python3/dist-packages/alpha/late.py
plugin = import_module(configured), "epsilon.workers.Sync"
key = "pytest.workers.no_such_module", "gamma.key"
plugins = iter_entry_points("alpha.plugins")
//- /usr/lib/python3/dist-packages/alpha/data.txt
//- /usr/lib/python3/dist-packages/alpha/types.pyi
//- /usr/lib/python3/dist-packages/alpha/fast.abi3.so elf=x86_64
//- /usr/lib/python3/dist-packages/alpha/tests/test_alpha.py
import pytest
//- /usr/lib/python3/dist-packages/pytest.py
//- /usr/lib/python3/dist-packages/Beta_Lib-2.egg-info/PKG-INFO
Name: Beta_Lib
//- /usr/lib/python3/dist-packages/Beta_Lib-2.egg-info/top_level.txt
beta
//- /usr/lib/python3/dist-packages/beta/__init__.py
//- /usr/lib/python3/dist-packages/gamma.py
//- /usr/lib/python3/dist-packages/gamma-1.egg-info
Name: gamma
//- /usr/lib/python3/dist-packages/epsilon/__init__.py
//- /usr/lib/python3/dist-packages/epsilon/workers.py
class Sync: pass
//- /usr/lib/python3/dist-packages/epsilon/page.html
//- /usr/lib/python3/dist-packages/zeta-1.dist-info/METADATA
Name: zeta
//- /usr/lib/python3/dist-packages/zeta-1.dist-info/entry_points.txt
[alpha.plugins]
one = zeta.plugin:One
//- /usr/lib/python3/dist-packages/zeta/plugin.py
//- /usr/bin/alpha
//- /app/app.py
def f(): import alpha.fast
`;

/** The same without the files of the standard library. */
export async function withoutLibrary(input: Case): Promise<string> {
  const text = await check(input);
  return text.replaceAll(/^\/usr\/lib\/(?:python3\.13\/|libj).*\n/gmu, "");
}

/** What is found, without files. */
export async function findings(input: Case): Promise<string> {
  const text = await check(input);
  return text.replaceAll(/^\/.*\n/gmu, "");
}
