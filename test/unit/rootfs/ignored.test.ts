import { expect, it } from "vitest";
import { contextRootFs } from "../../../src/rootfs/ignored.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { rootPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { walk } from "../../../src/rootfs/walk.ts";

const tree = ["/a.txt", "/b.md", "/d/a.txt", "/d/e/keep", "/d/e/lose", "/node_modules/x/y"];

it.each<readonly [patterns: readonly string[], shown: readonly string[]]>([
  [[], tree],
  [["*.txt"], ["/b.md", "/d/a.txt", "/d/e/keep", "/d/e/lose", "/node_modules/x/y"]],
  [
    ["**/*.txt", "node_modules"],
    ["/b.md", "/d/e/keep", "/d/e/lose"],
  ],
  [["*", "!d/e/keep"], ["/d/e/keep"]],
  [
    ["d", "!d/e", "d/e/lose"],
    ["/a.txt", "/b.md", "/d/e/keep", "/node_modules/x/y"],
  ],
  [
    ["[^ab].*", "?.md"],
    ["/a.txt", "/d/a.txt", "/d/e/keep", "/d/e/lose", "/node_modules/x/y"],
  ],
])("%j leaves out what Docker would", async (patterns, shown) => {
  const root = contextRootFs(memoryRootFs(tree.map((path) => [path, { content: path, uid: 7 }])), patterns);
  const paths: string[] = [];
  for await (const { path, stat } of walk(root, rootPath)) {
    if (stat.kind === "file") paths.push(path);
    expect(stat.uid).toBe(0);
    if (stat.kind === "file") expect(new TextDecoder().decode(await root.readFile(path))).toBe(path);
  }
  expect(paths).toEqual(shown);
  const hidden = tree.filter((path) => !shown.includes(path));
  for (const path of hidden) expect(await root.readFile(toAbsPath(path))).toBeUndefined();
});
