import { expect, test } from "vitest";
import type { Definition } from "../../../src/formats/llb/graph.ts";
import { sourceLocal } from "../../../src/formats/llb/ops/source.ts";
import { solveState } from "../../../src/frontend/solve.ts";

function engineWith(capabilities: readonly string[]) {
  const solved: Definition[] = [];
  return {
    solved,
    engine: {
      options: new Map<string, string>(),
      sessionId: "session",
      workerPlatforms: [],
      keepsAttestations: false,
      has: (capability: string) => capabilities.includes(capability),
      ownImage: () => Promise.resolve(undefined),
      solve: (definition: Definition) => {
        solved.push(definition);
        return Promise.resolve({ ref: undefined, refs: new Map(), metadata: new Map() });
      },
      solveFrontend: () => Promise.reject(new Error("not asked")),
      resolveImage: () => Promise.reject(new Error("not asked")),
      inputs: () => Promise.resolve(new Map()),
      warn: () => Promise.resolve(),
    },
  };
}

const context = sourceLocal("context", { name: "load", followPaths: ["a"] });
const build = { options: { cacheImports: [] }, sourceFiles: [] };

test("nothing is sent to an engine that lacks what the graph uses", async () => {
  const { engine, solved } = engineWith(["source.local"]);
  await expect(solveState({ ...build, engine }, context)).rejects.toThrow(
    "ENGINE_CAPABILITY: cannot build with this engine: it lacks source.local.followpaths",
  );
  expect(solved).toEqual([]);
});

test("an engine that has everything is asked", async () => {
  const { engine, solved } = engineWith(["source.local", "source.local.followpaths"]);
  await solveState({ ...build, engine }, context);
  expect(solved).toHaveLength(1);
});
