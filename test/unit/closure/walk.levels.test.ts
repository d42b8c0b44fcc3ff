import { expect, test } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { closureOf } from "../../support/closure.ts";

const libc = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /lib/x86_64-linux-gnu/libc.so.6 elf=x86_64
`;

const node = `${libc}
//- /usr/bin/node 0755 elf=x86_64 loader
`;

const python = `${libc}
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3.13/encodings/__init__.py
//- /usr/lib/python3.13/mimetypes.py
//- /usr/lib/python3.13/pydoc.py
def topic():
    import pydoc_data.topics
//- /usr/lib/python3.13/pydoc_data/__init__.py
//- /usr/lib/python3.13/pydoc_data/topics.py
//- /usr/lib/python3.13/pydoc_data/style.css
//- /usr/lib/python3.13/pdb.py
import pydoc
//- /usr/lib/python3.13/test/__init__.py
//- /etc/mime.types
text/plain txt
`;

interface Case {
  readonly program: string;
  readonly root: string;
  readonly app: string;
  /** What must ship at `safe`. */
  readonly has: string;
}

async function pathsAt(level: "safe" | "reachable", { program, root, app }: Case): Promise<ReadonlySet<string>> {
  const main = /^\/\/- \/(\S+)/mu.exec(app)?.[1] ?? "";
  const { entries, diagnostics } = await closureOf({
    root,
    trees: [{ id: "app", kind: "app", prefix: "/app", tree: app }],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: program },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { cmd: [main], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), stdlib: level, prune: level },
    plugins: { ...allPlugins(), features: [] },
  });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return new Set(entries.filter(({ kind }) => kind !== "directory").map(({ path }) => path));
}

const place = `//- /app.js
require("server");
//- /package.json
{"dependencies": {"server": "1"}}
//- /node_modules/server/package.json
{"dependencies": {"client": "1"}}
//- /node_modules/server/index.js
const client = path.dirname(require.resolve("client"));
serve(path.join(client, "public"));
//- /node_modules/client/package.json
{}
//- /node_modules/client/index.js
//- /node_modules/client/README.md
//- /node_modules/client/examples/flow.json
//- /node_modules/client/test/all.js
//- /node_modules/client/public/types/editor.d.ts
`;

test.for<readonly [string, Case]>([
  [
    "help texts of Python",
    {
      program: "/usr/bin/python3",
      root: python,
      app: "//- /app.py\nimport pdb\n",
      has: "/usr/lib/python3.13/pydoc_data/topics.py",
    },
  ],
  [
    "types of files of Python",
    { program: "/usr/bin/python3", root: python, app: "//- /app.py\nimport mimetypes\n", has: "/etc/mime.types" },
  ],
  [
    "archives that environments of Python are made with",
    {
      program: "/usr/bin/python3",
      root: `${python}
//- /usr/lib/python3.13/venv/__init__.py
//- /usr/lib/python3.13/ensurepip/__init__.py
//- /usr/lib/python3.13/ensurepip/__main__.py
//- /usr/share/python-wheels/pip-25.1-py3-none-any.whl
`,
      app: "//- /app.py\nimport venv\n",
      has: "/usr/share/python-wheels/pip-25.1-py3-none-any.whl",
    },
  ],
  [
    "words in compiled modules, and headers beside them",
    {
      program: "/usr/bin/python3",
      root: `${python}
//- /usr/lib/python3/dist-packages/fast/__init__.py
from . import core
//- /usr/lib/python3/dist-packages/fast/core.cpython-313-x86_64-linux-gnu.so elf=x86_64 strings=test
//- /usr/lib/python3/dist-packages/fast/include -> ../../../x86_64-linux-gnu/fast/include
//- /usr/lib/x86_64-linux-gnu/fast/include/fast.i
`,
      app: "//- /app.py\nimport fast\n",
      has: "/usr/lib/python3/dist-packages/fast/__init__.py",
    },
  ],
  [
    "modules of Perl that another directory has first",
    {
      program: "/usr/bin/perl",
      root: `${libc}
//- /usr/bin/perl 0755 elf=x86_64 loader
/usr/lib/x86_64-linux-gnu/perl-base
/usr/share/perl5
/usr/share/perl/5.40
/usr/bin/perl5.40.1
//- /usr/lib/x86_64-linux-gnu/perl-base/strict.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/File/Spec/Unix.pm
//- /usr/share/perl/5.40/File/Spec/Unix.pm
//- /usr/share/perl/5.40/File/Spec/Mac.pm
//- /usr/share/perl5/Web.pm
package Web;
sub engine { load_class($_[1], 'File::Spec') }
`,
      app: "//- /app.pl\nuse Web;\n",
      has: "/usr/share/perl/5.40/File/Spec/Mac.pm",
    },
  ],
  [
    "places of other packages of Node",
    { program: "/usr/bin/node", root: node, app: place, has: "/app/node_modules/client/public/types/editor.d.ts" },
  ],
])("safe has all that reachable has: %s", async ([, one]) => {
  const safe = await pathsAt("safe", one);
  expect([...safe]).toContain(one.has);
  const reachable = await pathsAt("reachable", one);
  expect([...reachable]).toContain(one.has);
  expect([...reachable].filter((path) => !safe.has(path))).toEqual([]);
});

test("a directory of bytecode stays out where none of it fits its source", async () => {
  const app = `//- /app.js
require("gyp");
//- /package.json
{"dependencies": {"gyp": "1"}}
//- /node_modules/gyp/package.json
{}
//- /node_modules/gyp/py/tool.py mtime=9
pass
//- /node_modules/gyp/py/__pycache__/tool.cpython-313.pyc
MAGI\0\0\0\0\x01\0\0\0\x01\0\0\0
`;
  const { entries } = await closureOf({
    root: node,
    trees: [{ id: "app", kind: "app", prefix: "/app", tree: app }],
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
    process: { cmd: ["app.js"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { ...allPlugins(), features: [] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toContain("/app/node_modules/gyp/py/tool.py");
  expect(paths.filter((path) => path.includes("__pycache__"))).toEqual([]);
});
