import { expect, it } from "vitest";
import type { ClosureEntry, LayerName } from "../../../src/closure/model/closure.ts";
import { planLayers } from "../../../src/image/layers.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import type { LayersSpec } from "../../../src/spec/spec.ts";

function entry(path: string, layer: LayerName, more: Partial<ClosureEntry> = {}): ClosureEntry {
  const reason = { from: "#/app", why: "names it", evidence: "user" as const };
  return { path: toAbsPath(path), kind: "file", mode: 0o644, uid: 0, gid: 0, sizeBytes: 1, layer, reason, ...more };
}

const entries = [
  entry("/app", "app", { kind: "directory" }),
  entry("/app/main.js", "app"),
  entry("/usr", "system", { kind: "directory" }),
  entry("/usr/bin", "system", { kind: "directory" }),
  entry("/usr/bin/a", "system", { owner: "dpkg:a" }),
  entry("/usr/bin/b", "interpreter", { owner: "dpkg:b", hardLinkTo: toAbsPath("/usr/bin/a") }),
];

function dump(layers: LayersSpec): readonly string[] {
  return planLayers(entries, layers).map(
    (plan) =>
      `${plan.name}: ${plan.entries.map((one) => one.path + (one.hardLinkTo === undefined ? "" : "=")).join(" ")}`,
  );
}

it("deals entries out to the layers of the spec", () => {
  expect(dump(["system", "interpreter", "dependencies", "app"])).toMatchInlineSnapshot(`
    [
      "system: /usr /usr/bin /usr/bin/a",
      "interpreter: /usr /usr/bin /usr/bin/b",
      "app: /app /app/main.js",
    ]
  `);
  expect(dump(["interpreter", "app"])).toMatchInlineSnapshot(`
    [
      "interpreter: /usr /usr/bin /usr/bin/a /usr/bin/b=",
      "app: /app /app/main.js",
    ]
  `);
  expect(dump(["app"])).toMatchInlineSnapshot(`
    [
      "app: /app /app/main.js /usr /usr/bin /usr/bin/a /usr/bin/b=",
    ]
  `);
  expect(dump("single")).toMatchInlineSnapshot(`
    [
      "image: /app /app/main.js /usr /usr/bin /usr/bin/a /usr/bin/b=",
    ]
  `);
  expect(dump("per-package")).toMatchInlineSnapshot(`
    [
      "system: /usr /usr/bin",
      "dpkg-a: /usr /usr/bin /usr/bin/a",
      "dpkg-b: /usr /usr/bin /usr/bin/b",
      "app: /app /app/main.js",
    ]
  `);
});
