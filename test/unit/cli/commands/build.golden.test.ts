import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { pith } from "../../../support/command-line.ts";
import { goldenExamples, writeFixture } from "../../../support/golden.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-golden-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const descriptor = z.looseObject({ digest: z.string() });
const index = z.looseObject({ manifests: z.tuple([descriptor]) });
const manifest = z.looseObject({ config: descriptor });
const config = z.looseObject({ rootfs: z.looseObject({ diff_ids: z.array(z.string()) }) });

function diffIdsOf(layout: string): readonly string[] {
  const read = (file: string): unknown => JSON.parse(fs.readFileSync(path.join(layout, file), "utf8"));
  const blob = (digest: string) => read(`blobs/${digest.replace(":", "/")}`);
  const [image] = index.parse(read("index.json")).manifests;
  return config.parse(blob(manifest.parse(blob(image.digest)).config.digest)).rootfs.diff_ids;
}

test.for(goldenExamples())("$name has the digests of the repository, in any order of directories", async (example) => {
  for (const order of ["first to last", "last to first"] as const) {
    const at = path.join(folder, `${example.name} ${order}`);
    writeFixture(path.join(at, "root"), example.root, order);
    const command = [
      "build",
      example.folder,
      "-f",
      path.join(example.folder, "pith.yaml"),
      "--platform",
      "linux/amd64",
    ];
    const source = ["--source", `main=dir:${path.join(at, "root")}`];
    const built = await pith([...command, ...source, "-o", `oci:${path.join(at, "layout")}`, "--quiet"]);
    expect(built.err).toBe("");
    expect({ order, diffIds: diffIdsOf(path.join(at, "layout")) }).toEqual({ order, diffIds: example.diffIds });
  }
});
