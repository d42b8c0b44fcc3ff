import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { withEngine } from "../../../scripts/lib/engine.ts";
import { docker, dockerOutput, mustBuild, testEngine } from "../../support/engine.ts";
import { inspectImage } from "../../support/image-tree.ts";
import { makeProject } from "../../support/project.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-second-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const project = makeProject({
  "pith.yaml": `from: debian:trixie-slim
build:
  - date +%N >/stamp
binaries: [/usr/bin/sort]
files: {/stamp: {from: main, src: /stamp}}
`,
});
const spec = project.path("pith.yaml");

/** Headlines of the steps whose programs were run, not found in a cache. */
function stepsThatRan(progress: string): readonly string[] {
  const names = new Map(
    [...progress.matchAll(/^#(\d+) (\[(?:main|pith)\] .*)$/gmu)].map((found) => [found[1], found[2]]),
  );
  return [...names].flatMap(([number, name]) => {
    // A step from a cache is either said to be cached, or fetched as a blob.
    const isCached = new RegExp(`^#${number ?? ""} (?:CACHED|sha256:|extracting )`, "mu").test(progress);
    return isCached || name === undefined || name.startsWith("[main] from ") ? [] : [name];
  });
}

const { registry, store } = testEngine();
const reference = `${registry}/pith-test/cache:1`;

// Docker's own limit: with graph drivers it keeps its cache to itself.
if (store === "classic")
  test("graph drivers refuse to export a cache", async () => {
    const built = await docker(["build", "--file", spec, `--cache-to=type=registry,ref=${reference}`, project.folder]);
    expect(built.stderr).toContain("Cache export is not supported for the docker driver");
  });

if (store !== "classic")
  test("a second engine with an empty store runs neither the steps nor the resolver", async () => {
    const tag = "pith-test/shared-cache";
    const exported = await mustBuild({
      spec,
      tag,
      args: ["--no-cache", `--cache-to=type=registry,ref=${reference},mode=max`],
    });
    expect(stepsThatRan(exported).length).toBeGreaterThanOrEqual(3);
    const { id } = await inspectImage(tag);
    await withEngine(
      "containerd",
      async ({ environment }) => {
        const second = await mustBuild({
          spec,
          tag,
          args: [`--cache-from=type=registry,ref=${reference}`],
          env: environment,
        });
        expect(stepsThatRan(second)).toEqual([]);
        const found = await dockerOutput(["image", "inspect", "--format={{.Id}}", tag], { env: environment });
        // The step writes the time of day: only a cached one gives the same digest.
        expect(found).toBe(id);
      },
      { engine: folder },
    );
  });
