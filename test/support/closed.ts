import { expect } from "vitest";
import type { Plugins } from "../../src/closure/model/plugins.ts";
import type { ClosureRequest } from "../../src/closure/model/request.ts";
import type { View } from "../../src/closure/model/view.ts";
import type { Closure } from "../../src/closure/walk/resolve.ts";
import { isClean } from "../../src/diagnostics/diagnostic.ts";
import { plannedTree } from "../../src/plan/planned-tree.ts";
import { checkClosed } from "../../src/resolver/self-check.ts";

/** Plans the image of a closure, and expects that its check finds there what the closure has. */
export async function expectClosed(
  closure: Closure,
  resolving: {
    readonly request: ClosureRequest;
    readonly views: ReadonlyMap<string, View>;
    readonly plugins: Plugins;
  },
): Promise<void> {
  // A program that finds other libraries where it goes is told of, and its image is not closed.
  if (!isClean(closure.diagnostics) || closure.diagnostics.some(({ code }) => code === "BINARY_MOVED")) return;
  const { request, views } = resolving;
  const trees = new Map([...views.values()].flatMap((view) => view.trees.map((tree) => [tree.id, tree.root] as const)));
  const planned = plannedTree(closure.entries, { trees, epochSeconds: request.epochSeconds });
  expect(await checkClosed(closure, { ...resolving, layers: [planned] })).toEqual([]);
}
