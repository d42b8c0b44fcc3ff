import { expect, test } from "vitest";
import { z } from "zod";
import { printManifest } from "../../../../scripts/release/npm-package.ts";

test("the package runs nothing while it is installed, and needs no other", () => {
  const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(printManifest("1.2.3", ["man/pith.1"])));
  expect(manifest).toMatchObject({
    name: "pith-image",
    version: "1.2.3",
    bin: { pith: "pith.cjs" },
    types: "index.d.ts",
  });
  expect(Object.keys(manifest)).not.toContain("scripts");
  expect(Object.keys(manifest)).not.toContain("dependencies");
});
