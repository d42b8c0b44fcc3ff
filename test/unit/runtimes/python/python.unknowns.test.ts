import { expect, it } from "vitest";
import { trace } from "./trace-unknowns.ts";

it("loads modules of Python's own library that a source names which imports what only the run tells", async () => {
  const tree = (code: string) => `
//- /app/app.py
import importlib
PARTS = ["wave", "gone"]
${code}
//- /usr/lib/python3.13/importlib.py
//- /usr/lib/python3.13/wave.py
`;
  const wave = "\n/usr/lib/python3.13/wave.py\n";
  expect(await trace(tree("for part in PARTS:\n    importlib.import_module(part)"))).toContain(wave);
  expect(await trace(tree("print(PARTS)"))).not.toContain(wave);
  const held = (code: string, more: string) => `
//- /app/app.py
import importlib, conf
${code}
//- /app/conf.py
${more}
//- /usr/lib/python3.13/importlib.py
//- /usr/lib/python3.13/wave.py
`;
  const open = "importlib.import_module(conf.PART)";
  expect(await trace(held(open, 'PART = "wave"'))).toContain(wave);
  expect(await trace(held(open, '\n//- /app/conf.json\n{"part": "wave"}'))).toContain(wave);
  expect(await trace(held("print(conf.PART)", 'PART = "wave"'))).not.toContain(wave);
});

it("takes modules of others that a package only names once something else reaches their package", async () => {
  const tree = `
//- /app/app.py
import names
//- SITE/names.py
IGNORED = ["other.inner", "third.inner"]
//- SITE/other/__init__.py
//- SITE/other/inner.py
//- SITE/third/__init__.py
//- SITE/third/inner.py
`;
  const alone = await trace(tree);
  expect(alone).not.toContain("SITE/other");
  const together = await trace(tree.replace("import names", "import names, other"));
  expect(together).toContain("SITE/other/inner.py");
  expect(together).not.toContain("SITE/third");
});

it("takes a stub that a package loads its parts by, and what the stub imports", async () => {
  const tree = `
//- /app/app.py
import lazy
//- SITE/lazy/__init__.py
import loader
__getattr__ = loader.attach_stub(__name__, __file__)
//- SITE/lazy/__init__.pyi
from .part import thing
from . import more
//- SITE/lazy/part.py
//- SITE/lazy/more.py
//- SITE/lazy/rest.py
//- SITE/loader.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/lazy/__init__.py
    SITE/lazy/__init__.pyi
    SITE/lazy/more.py
    SITE/lazy/part.py
    SITE/loader.py
    "
  `);
});

it("takes the modules and distributions that settings of the application name", async () => {
  const tree = `
//- /app/app.py
import site_maker
//- /app/site.yml
title: other words are plain
extensions: [toc, extras.fences, extras.missing]
theme: { name: pretty-theme }
//- /app/pyproject.toml
[build-system]
requires = ["builder"]
//- SITE/site_maker.py
//- SITE/extras/__init__.py
//- SITE/extras/fences.py
//- SITE/pretty_theme-1.dist-info/METADATA
Name: pretty-theme
//- SITE/pretty_theme/__init__.py
//- SITE/builder-1.dist-info/METADATA
Name: builder
//- SITE/builder/__init__.py
//- SITE/plain.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/extras/__init__.py
    SITE/extras/fences.py
    SITE/pretty_theme-1.dist-info/METADATA
    SITE/pretty_theme/__init__.py
    SITE/site_maker.py
    "
  `);
});
