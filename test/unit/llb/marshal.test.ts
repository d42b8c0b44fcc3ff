import { expect, test } from "vitest";
import { readDefinition } from "../../../src/llb/definition.ts";
import { marshal } from "../../../src/llb/marshal.ts";
import { runExec } from "../../../src/llb/ops/exec.ts";
import { editFiles } from "../../../src/llb/ops/file.ts";
import { sourceImage, sourceLocal } from "../../../src/llb/ops/source.ts";
import type { State } from "../../../src/llb/state.ts";

const plain = { sourceFiles: [], language: "YAML" };

test("scratch has no bytes", () => {
  expect(marshal(undefined, plain).bytes).toHaveLength(0);
});

test("a chain longer than the call stack", () => {
  const local = sourceLocal("context", { name: "context" });
  let state: State = local;
  for (let step = 0; step < 20_000; step++) {
    state = editFiles(state, [{ kind: "remove", path: `/${step}` }], { name: `remove ${step}` });
  }
  expect(readDefinition(marshal(state, plain)).ops.size).toBe(20_001);
});

test("mounts come in any order", () => {
  const image = sourceImage("debian", { name: "base", platform: { os: "linux", architecture: "amd64" } });
  const run = (dests: readonly string[]): Uint8Array =>
    marshal(
      runExec(
        {
          root: image,
          args: ["true"],
          mounts: dests.map((dest) => ({ type: "cache", dest, id: dest, sharing: "shared" })),
        },
        { name: "run" },
      ).root,
      plain,
    ).bytes;
  expect(run(["/b", "/a", "/c"])).toEqual(run(["/c", "/b", "/a"]));
});
