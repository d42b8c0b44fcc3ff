import { expect, test } from "vitest";
import {
  type Manifest,
  manifestParts,
  parseManifest,
  printManifest,
} from "../../../../src/inspect/manifest/manifest.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";

function manifestOf(count: number): Manifest {
  const figure = 0;
  return {
    version: 1,
    architecture: "amd64",
    epochSeconds: 0,
    figures: {
      files: count,
      bytes: figure,
      bytecodeFiles: figure,
      bytecodeBytes: figure,
      executables: figure,
      packages: figure,
      unpackagedFiles: figure,
      builderPackages: figure,
      builderFiles: figure,
      builderBytes: figure,
    },
    config: { entrypoint: ["/x"], cmd: [], path: "/usr/bin", env: {}, user: "0:0" },
    layers: ["system"],
    packages: [],
    entries: Array.from({ length: count }, (_, index) => ({
      path: toAbsPath(`/f${index}`),
      kind: "file",
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: 0,
      layer: "system",
      reason: { from: "#/files", why: "is listed", evidence: "user" },
      folder: "system",
    })),
  };
}

test.for([0, 1, 999, 1000, 1001, 2500])("a manifest of %i entries has a line for each, however it is cut", (count) => {
  const manifest = manifestOf(count);
  const text = printManifest(manifest);
  expect(parseManifest(text)).toEqual(manifest);
  expect([...manifestParts(manifest)].join("")).toBe(text);
  const { entries, ...head } = manifest;
  const lines = entries.map((entry) => JSON.stringify(entry)).join(",\n");
  expect(text).toBe(`${JSON.stringify(head).slice(0, -1)},"entries":[\n${lines}\n]}\n`);
});
