import { expect, it } from "vitest";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { processFiles } from "../../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { listedDependencies } from "../../../../src/runtimes/python/listed-dependencies.ts";
import { trace } from "./trace-unknowns.ts";

it("starts at every source of the application, and takes the dependencies that it lists", async () => {
  const tree = `
//- /app/app.py
//- /app/setup.py
import builds
//- /app/tests/test_app.py
import tests_it
//- /app/jobs/nightly.py
import used
//- /app/requirements.txt
-r more.txt
listed[extra]>=1 ; python_version > "3"  # why
--index-url https://localhost/simple
//- /app/more.txt
deeper==1
//- SITE/builds.py
//- SITE/tests_it.py
//- SITE/used.py
//- SITE/listed-1.dist-info/METADATA
Name: Listed
//- SITE/listed-1.dist-info/top_level.txt
listed
//- SITE/listed/__init__.py
from . import inner
//- SITE/listed/inner.py
//- SITE/listed/rest.py
//- SITE/deeper-1.dist-info/METADATA
Name: deeper
//- SITE/deeper/__init__.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    /app/jobs/nightly.py
    SITE/deeper-1.dist-info/METADATA
    SITE/deeper/__init__.py
    SITE/listed-1.dist-info/METADATA
    SITE/listed-1.dist-info/top_level.txt
    SITE/listed/__init__.py
    SITE/listed/inner.py
    SITE/used.py
    "
  `);
});

it("reads what an application lists in the files of other tools", async () => {
  const texts = {
    "pyproject.toml": `[project]\nname = "x"\ndependencies = [\n  "one[extra]>=1",\n  'two ; python_version < "4"',\n]\n[tool.poetry.dependencies]\npython = "^3"\nthree = {version = "1"}\n[tool.other]\nfour = 1\n`,
    "setup.cfg":
      "[metadata]\nname = x\n[options]\ninstall_requires =\n  five>=1\n  six\n[options.extras_require]\nseven = eight\n",
    Pipfile: '[packages]\nnine = "*"\n[dev-packages]\nten = "*"\n',
  };
  const root = memoryRootFs(Object.entries(texts).map(([name, content]) => [`/app/${name}`, { content }] as const));
  expect(await listedDependencies(toAbsPath("/app"), processFiles(root))).toEqual([
    "one",
    "two",
    "three",
    "five",
    "six",
    "nine",
  ]);
});
