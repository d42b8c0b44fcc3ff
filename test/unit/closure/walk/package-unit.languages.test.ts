import { expect, test } from "vitest";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../../support/closure.ts";
import { type DebianPackage, debian, shipped } from "./debian-packages.ts";

test("a program that needs the library of a language has its own package as well", async () => {
  const embedder: DebianPackage = {
    name: "resolver",
    depends: "libpython3.13",
    files: {
      "/usr/sbin/server 0755 elf=x86_64 loader needed=libpython3.13.so.1.0": "",
      "/etc/resolver/resolver.conf": "x",
    },
  };
  const library: DebianPackage = {
    name: "libpython3.13",
    source: "python3.13",
    files: {
      "/usr/lib/libpython3.13.so.1.0 elf=x86_64": "",
      "/usr/lib/python3.13/os.py": "",
      "/usr/lib/python3.13/encodings/__init__.py": "",
    },
  };
  const lines = await shipped(debian([embedder, library], "//- /lib64/ld-linux-x86-64.so.2 elf=x86_64\n"));
  expect(lines.filter((line) => /resolver|os\.py/u.test(line))).toMatchInlineSnapshot(`
    [
      "/etc/resolver/resolver.conf",
      "/usr/lib/python3.13/os.py",
    ]
  `);
});

test("a package of the distribution with modules of a language brings its data and its settings", async () => {
  const files = {
    "/usr/lib/python3/dist-packages/shop.py": "",
    "/usr/share/shop/table.csv": "1",
    "/etc/shop/shop.ini": "x",
    "/usr/share/doc/shop/README": "",
    "/usr/bin/shop-admin 0755": "#!/usr/bin/python3",
  };
  const python: DebianPackage = {
    name: "python3",
    files: {
      "/usr/bin/python3 0755 elf=x86_64": "",
      "/usr/lib/python3.13/os.py": "",
      "/usr/lib/python3.13/site.py": "# dist-packages",
    },
  };
  const root = debian([python, { name: "python3-shop", files }], "//- /app/app.py\nimport shop\n");
  const trace = async (prune: "safe" | "reachable"): Promise<readonly string[]> => {
    const { entries } = await closureOf({
      root,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
      plugins: { ...allPlugins(), features: [] },
    });
    return entries.map(({ path }) => path).filter((path) => path.includes("shop"));
  };
  expect(await trace("safe")).toEqual([
    "/etc/shop",
    "/etc/shop/shop.ini",
    "/usr/lib/python3/dist-packages/shop.py",
    "/usr/share/shop",
    "/usr/share/shop/table.csv",
  ]);
  expect(await trace("reachable")).toEqual(["/usr/lib/python3/dist-packages/shop.py"]);
});

test("what a helper of the package lacks in the builder is no error, though its interpreter is there for others", async () => {
  const helper: DebianPackage = {
    name: "server",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/usr/lib/server/helper 0755": "#!/bin/sh\n/usr/bin/absent --now",
      "/usr/lib/server/broken 0755": "#!/usr/bin/absent",
    },
  };
  const own = "//- /bin/sh 0755 elf=x86_64\n//- /opt/run 0755\n#!/bin/sh\n/usr/bin/absent\n";
  const roots = [binary("/usr/sbin/server"), binary("/bin/sh", { index: 1 })];
  const lines = await shipped(debian([helper], own), roots);
  expect(lines.filter((line) => /^(?:error|warning)/u.test(line))).toEqual([]);
  const proved = await shipped(debian([helper], own), [...roots, binary("/opt/run", { index: 2 })]);
  expect(proved.filter((line) => /^(?:error|warning)/u.test(line))).toMatchInlineSnapshot(`
    [
      "warning SHELL_COMMAND_MISSING: cannot find /usr/bin/absent: line 2 of /opt/run runs it, not on the PATH of the builder",
    ]
  `);
});

test("a plug-in starts the interpreter of the modules that it needs, and its sources for that are followed", async () => {
  const packages: readonly DebianPackage[] = [
    { name: "server", files: { "/usr/sbin/server 0755 elf=x86_64": "", "/usr/share/server/base.m": "" } },
    {
      name: "server-symbols",
      depends: "server, python3-symbols",
      files: {
        "/usr/share/server/symbols/start.m": "program = 'python3';",
        "/usr/share/server/symbols/header.py": "import symbols",
      },
    },
    {
      name: "python3-symbols",
      depends: "python3",
      files: { "/usr/lib/python3/dist-packages/symbols.py": "" },
    },
    { name: "python3", source: "python3-defaults", depends: "python3-minimal", files: { "/usr/bin/pydoc3 0755": "" } },
    {
      name: "python3-minimal",
      source: "python3-defaults",
      files: {
        "/usr/bin/python3 0755 elf=x86_64": "",
        "/usr/lib/python3.13/os.py": "",
        "/usr/lib/python3.13/site.py": "# dist-packages",
      },
    },
  ];
  const paths = await shipped(debian(packages));
  expect(paths).toContain("/usr/bin/python3");
  expect(paths).toContain("/usr/lib/python3/dist-packages/symbols.py");
});
