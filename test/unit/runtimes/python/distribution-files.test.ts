import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { check, debian } from "./trace-python.ts";

it("ships of a distribution what runs, whatever its suffix, and the rest where something names it", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const record = [
    "whole/__init__.py",
    "whole/tool.exe",
    "whole/wheels/pip.whl",
    "whole/docs/page.html",
    "whole/static/docs/page.html",
    "whole/test/client.py",
    "whole/tests/test_all.py",
    "whole/tests/data/x.txt",
    "whole/data/test/y.txt",
    "whole/types.pyi",
    "whole/parse.h",
    "whole/other.h",
    "whole/locale/de.po",
    "whole/locale/de.mo",
    "whole/locale/fr.po",
  ];
  const root = `${debian}
//- /app/app.py
import whole
//- ${site}/whole-1.dist-info/METADATA
Name: whole
//- ${site}/whole-1.dist-info/RECORD
${record.map((path) => `${path},,`).join("\n")}
//- ${site}/whole/__init__.py
open(join(here, "parse.h"))
${record
  .slice(1)
  .map((path) => `//- ${site}/${path}\n`)
  .join("")}`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python] },
  });
  const shipped = new Set(entries.map(({ path }) => path.slice(site.length + 1)));
  expect(record.filter((path) => !shipped.has(path))).toEqual([
    "whole/docs/page.html",
    "whole/tests/test_all.py",
    "whole/tests/data/x.txt",
    "whole/types.pyi",
    "whole/other.h",
    "whole/locale/de.po",
  ]);
});

it("ships stubs and headers that a source of their own package names, at level reachable", async () => {
  const site = "/usr/lib/python3/dist-packages";
  const record = ["tell/__init__.py", "tell/late.py", "tell/stubs/lib/a.pyi", "tell/include/x.h", "tell/more/b.pyi"];
  const root = `${debian}
//- /app/app.py
import tell, tell.late
//- ${site}/tell-1.dist-info/METADATA
Name: tell
//- ${site}/tell-1.dist-info/RECORD
${record.map((path) => `${path},,`).join("\n")}
//- ${site}/tell/__init__.py
//- ${site}/tell/late.py
found = [one for one in os.listdir(place) if one.endswith(".pyi")]
${record
  .slice(2)
  .map((path) => `//- ${site}/${path}\n`)
  .join("")}`;
  const proc = { stdlib: "reachable", prune: "reachable" } as const;
  const shipped = async (text: string) =>
    (await check({ root: text, cmd: ["app.py"], process: proc }))
      .split("\n")
      .filter((line) => /\.(?:pyi|h) /u.test(line));
  expect(await shipped(root)).toEqual([
    expect.stringContaining(`${site}/tell/more/b.pyi`),
    expect.stringContaining(`${site}/tell/stubs/lib/a.pyi`),
  ]);
  expect(await shipped(root.replace("import tell, tell.late", "import tell"))).toEqual([]);
});
