import { expect, it } from "vitest";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { processFiles } from "../../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { moduleFinder } from "../../../../src/runtimes/python/module-finder.ts";
import { parseFixture } from "../../../support/fixture.ts";

const none = {
  siteDirectories: [],
  archives: [],
  pathFiles: [],
  editable: { packages: new Map(), namespaces: new Map() },
  standIns: new Map(),
};

/** The file that a module is to CPython 3.13 on x86_64, where one directory has these names. */
async function fileOf(module: string, names: readonly string[]): Promise<string | undefined> {
  const root = memoryRootFs(parseFixture(names.map((name) => `//- /site/${name}\n`).join("")));
  const searchPath = { ...none, directories: [toAbsPath("/site")] };
  return (await moduleFinder(searchPath, "cpython-313", processFiles(root)).find(module))?.file;
}

it.for([
  [["m.py", "m.so"], "m.so"],
  [["m.py", "m.pyc"], "m.py"],
  [["m.pyc"], "m.pyc"],
  [["m.so", "m.abi3.so"], "m.abi3.so"],
  [["m.abi3.so", "m.cpython-313-x86_64-linux-gnu.so"], "m.cpython-313-x86_64-linux-gnu.so"],
  [["m.cpython-312-x86_64-linux-gnu.so", "m.py"], "m.py"],
  [["m.cpython-312-x86_64-linux-gnu.so"], undefined],
  [["m.py", "m/__init__.py"], "m/__init__.py"],
  [["m.py", "m/other.py"], "m.py"],
] as const)("of %j, a module is %s", async ([names, file]) => {
  expect(await fileOf("m", names)).toBe(file && `/site/${file}`);
});
