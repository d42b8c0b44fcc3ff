import { expect, test } from "vitest";
import { createYieldToEventLoop } from "../../../src/cli/yield-to-event-loop.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { yieldingRootFs } from "../../../src/rootfs/yield-to-event-loop.ts";

const tree = memoryRootFs([[toAbsPath("/a"), { content: "b" }]]);

test("questions whose answers are there at once let a signal be heard", async () => {
  const interruption = new AbortController();
  const root = yieldingRootFs(tree, createYieldToEventLoop(interruption.signal));
  setTimeout(() => interruption.abort(), 1);
  const asking = async (): Promise<number> => {
    const start = performance.now();
    let asked = 0;
    // Nobody else could end this loop: a test's own time limit takes the event loop too.
    while (performance.now() - start < 5000) {
      await root.lstat(toAbsPath("/a"));
      asked++;
    }
    return asked;
  };
  await expect(asking()).rejects.toThrow("aborted");
});

test("answers are those of the tree", async () => {
  let turns = 0;
  const yieldToEventLoop = async (): Promise<void> => {
    turns++;
    return Promise.resolve();
  };
  const root = yieldingRootFs(tree, yieldToEventLoop);
  expect((await root.lstat(toAbsPath("/a")))?.kind).toBe("file");
  expect(await root.readDirectory(toAbsPath("/"))).toEqual(["a"]);
  expect(Buffer.from((await root.readFile(toAbsPath("/a"), { offset: 0, length: 1 })) ?? []).toString()).toBe("b");
  expect(await root.lstat(toAbsPath("/b"))).toBeUndefined();
  expect(turns).toBe(4);
});

test("what a tree says of the identity of its files stays as it says it, or does not", async () => {
  const silent = yieldingRootFs({ ...tree }, () => undefined);
  expect(silent.contentKey === undefined).toBe(tree.contentKey === undefined);
  const known = yieldingRootFs({ ...tree, contentKey: async () => Promise.resolve("key") }, () => undefined);
  expect(await known.contentKey?.(toAbsPath("/a"))).toBe("key");
});
