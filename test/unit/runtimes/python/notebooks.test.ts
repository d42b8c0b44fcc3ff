import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { codeOfNotebook } from "../../../../src/runtimes/python/notebooks.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

function notebookOf(cells: readonly (string | readonly string[])[], language = "python"): string {
  const metadata = { kernelspec: { name: "own", language } };
  return JSON.stringify({ cells: cells.map((source) => ({ cell_type: "code", source })), metadata, nbformat: 4 });
}

it("follows what the cells of the application's notebooks import", async () => {
  const { entries, diagnostics } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/statistics.py
//- /usr/lib/python3.13/site-packages/charts.py
//- /usr/lib/python3.13/site-packages/samples.py
//- /usr/lib/python3.13/site-packages/examples.ipynb
${notebookOf(["import samples"])}
//- /bin/sh 0755 elf=x86_64
//- /app/run.py
//- /app/books/report.ipynb
${notebookOf(["x = 1", ["import statistics\n", "import charts\n"], "import absent", "!nl words.txt"])}
//- /app/books/other.ipynb
${notebookOf(["import samples"], "R")}
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["run.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), stdlib: "reachable" },
    plugins: { runtimes: [python] },
  });
  const names = entries
    .map(({ path }) => path)
    .filter((path) => /(?:statistics|charts|samples)\.py$|bin\/sh$/u.test(path));
  const modules = ["/usr/lib/python3.13/site-packages/charts.py", "/usr/lib/python3.13/statistics.py"];
  expect(names).toEqual(["/bin/sh", ...modules]);
  expect(diagnostics).toEqual([]);
});

it("reads commands of a notebook, cells of a shell and sheets of older versions", () => {
  const cells = ["%matplotlib inline\n!git log\nimport a", "%%bash\nsed p\n", "%%time\nimport b", "%%html\nimport c"];
  expect(codeOfNotebook(notebookOf(cells))).toBe(
    'pass\nos.system("git log")\nimport a\nos.system("sed p\\n")\nimport b\n',
  );
  const old = { worksheets: [{ cells: [{ cell_type: "code", input: "import d" }, { cell_type: "markdown" }] }] };
  expect(codeOfNotebook(JSON.stringify(old))).toBe("import d");
  expect(codeOfNotebook("no notebook")).toBe("");
});
