import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { addArtifact, joinImages, openLayout } from "../../../../scripts/release/layout.ts";
import { sumFiles } from "../../../../scripts/release/sums.ts";
import { inFolder } from "./in-folder.ts";

test("layouts of one image each become one index with tags", () => {
  inFolder((folder) => {
    const parts = ["amd64", "arm64"].map((architecture) => {
      const part = openLayout(join(folder, architecture));
      const config = part.add(
        Buffer.from(`{"architecture":"${architecture}"}`),
        "application/vnd.oci.image.config.v1+json",
      );
      const layer = part.add(Buffer.from(architecture), "application/vnd.oci.image.layer.v1.tar");
      part.tag([["1", addArtifact(part, { config, layers: [layer] })]]);
      return part.folder;
    });
    const joined = openLayout(join(folder, "all"));
    const image = joinImages(joined, parts);
    joined.tag([
      ["1", image],
      ["edge", image],
    ]);
    const index = z.object({ manifests: z.array(z.unknown()) });
    const read = (name: string) => index.parse(JSON.parse(readFileSync(join(joined.folder, name), "utf8"))).manifests;
    expect(read("index.json")).toHaveLength(2);
    expect(read(`blobs/sha256/${image.digest.slice(7)}`)).toHaveLength(2);
    expect(sumFiles(joined.folder).size).toBe(2 + 1 + 2 * 3);
  });
});
