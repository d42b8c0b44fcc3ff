import { expect, it } from "vitest";
import { cachedByContent, createContentCache } from "../../../src/rootfs/content-cache.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { overlayRootFs } from "../../../src/rootfs/overlay.ts";
import { rootPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";

const tree = memoryRootFs([
  ["/one", { content: "one" }],
  ["/two", { content: "two" }],
]);
const under = (id: string) => overlayRootFs([{ id, prefix: rootPath, root: tree }]);

it("recalls what has the same bytes, in one request", async () => {
  const cached = cachedByContent<string>();
  const contentCache = createContentCache();
  let made = 0;
  const ask = async (...[of, root, name]: Parameters<typeof question>) =>
    cached(...question(of, root, name), async () => `${name} ${++made}`);
  const question = (of: typeof contentCache | undefined, root: typeof tree, name: string) =>
    [of, { root, path: toAbsPath(name) }] as const;
  expect(await ask(contentCache, under("a"), "/one")).toBe("/one 1");
  expect(await ask(contentCache, under("a"), "/one")).toBe("/one 1");
  expect(await ask(contentCache, under("a"), "/two")).toBe("/two 2");
  expect(await ask(contentCache, under("b"), "/one")).toBe("/one 3");
  // Of a root that knows nothing of its bytes, of a directory, and without a memory.
  expect(await ask(contentCache, tree, "/one")).toBe("/one 4");
  expect(await ask(contentCache, under("a"), "/")).toBe("/ 5");
  expect(await ask(contentCache, under("a"), "/")).toBe("/ 6");
  expect(await ask(undefined, under("a"), "/one")).toBe("/one 7");
  expect(await ask(createContentCache(), under("a"), "/one")).toBe("/one 8");
});
