import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";
import { dockerOutput, testEngine } from "../support/engine.ts";
import { imageTree, inspectImage } from "../support/image-tree.ts";

const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.index.v1+json",
];

async function readManifest(reference: string): Promise<unknown> {
  const { registry } = testEngine();
  const response = await fetch(`http://${registry}/v2/pith/manifests/${reference}`, {
    headers: { accept: manifestTypes.join(", ") },
  });
  return response.json();
}

/** The sizes of the layers as the registry holds them. */
async function layerSizes(): Promise<readonly number[]> {
  const pushed = z
    .looseObject({ manifests: z.array(z.looseObject({ digest: z.string() })).optional() })
    .parse(await readManifest("1"));
  const manifest = pushed.manifests?.[0] === undefined ? pushed : await readManifest(pushed.manifests[0].digest);
  return z
    .looseObject({ layers: z.array(z.looseObject({ size: z.number() })) })
    .parse(manifest)
    .layers.map((layer) => layer.size);
}

// The engine of the other store may have made it: then only the registry has it.
beforeAll(async () => {
  await dockerOutput(["pull", "--quiet", testEngine().frontend]);
});

test("weighs at most 60 MB compressed", async () => {
  const bytes = (await layerSizes()).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(10_000_000);
  expect(bytes).toBeLessThanOrEqual(60_000_000);
});

test("says how it is started and what it can do", async () => {
  const { config } = await inspectImage(testEngine().frontend);
  const labels = z.record(z.string(), z.string()).parse(config["Labels"]);
  expect(config["Entrypoint"]).toEqual(["/pith/bin/begin", "/usr/local/bin/node", "/pith/frontend.js"]);
  expect(labels).toMatchObject({
    "moby.buildkit.frontend.network.none": "true",
    "moby.buildkit.frontend.caps":
      "moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts",
  });
});

test("holds node, its libraries, its programs, tools and mount points, and no shell", async () => {
  const tree = await imageTree(testEngine().frontend);
  const files = tree.filter((entry) => entry.type !== "directory").map((entry) => entry.path);
  expect(files).toEqual([
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib/x86_64-linux-gnu/libdl.so.2",
    "/lib/x86_64-linux-gnu/libgcc_s.so.1",
    "/lib/x86_64-linux-gnu/libm.so.6",
    "/lib/x86_64-linux-gnu/libpthread.so.0",
    "/lib/x86_64-linux-gnu/libstdc++.so.6",
    "/lib64/ld-linux-x86-64.so.2",
    "/pith/bin/attack",
    "/pith/bin/begin",
    "/pith/bin/filecaps",
    "/pith/bin/observe",
    "/pith/bin/probe",
    "/pith/bin/start",
    "/pith/bin/unless",
    "/pith/frontend.code",
    "/pith/frontend.js",
    "/pith/frontend.main.js",
    "/pith/layer-thread.js",
    "/pith/licences/THIRD-PARTY-NOTICES.txt",
    "/pith/licences/libc6.txt",
    "/pith/licences/libgcc-s1.txt",
    "/pith/licences/libstdc++6.txt",
    "/pith/licences/musl.txt",
    "/pith/resolver.code",
    "/pith/resolver.js",
    "/pith/resolver.main.js",
    "/usr/local/bin/node",
  ]);
  const folders = tree.filter((entry) => entry.type === "directory").map((entry) => entry.path);
  const mountPoints = Array.from({ length: 32 }, (_, index) => `/pith/roots/${index}`);
  expect(folders).toEqual(
    expect.arrayContaining([...mountPoints, "/pith/request", "/pith/closure", "/pith/out", "/tmp"]),
  );
});

test("V8 takes the code that is kept of the programs", async () => {
  const { frontend } = testEngine();
  const check = `const { readFileSync } = require("node:fs");
for (const name of ["frontend", "resolver"]) {
  const cachedData = readFileSync("/pith/" + name + ".code");
  const source = readFileSync("/pith/" + name + ".main.js", "latin1");
  console.log(name, new (require("node:vm").Script)(source, { cachedData }).cachedDataRejected);
}`;
  const program = ["run", "--rm", "--network=none", "--entrypoint=/usr/local/bin/node", frontend];
  expect(await dockerOutput([...program, "-e", check])).toBe("frontend false\nresolver false");
});

// Builds on another engine find in a shared cache what this one resolved only where the frontend's image has the same
// content.
const { isInFull } = testEngine();
if (isInFull)
  test("warming up again makes the same code", async () => {
    const { frontend } = testEngine();
    const again = `${frontend}-warm-up`;
    const file = ["--file", `${projectFolder}/Dockerfile.frontend`, `${projectFolder}/dist`];
    const options = ["--network=host", "--no-cache-filter=warm-up", "--target=warm-up", "--tag", again];
    const kept = await codeOf(frontend);
    expect(kept).toHaveLength(2);
    await dockerOutput(["build", ...options, ...file]);
    expect(await codeOf(again)).toEqual(kept);
    await dockerOutput(["image", "rm", again]);
  });

async function codeOf(image: string): Promise<readonly string[]> {
  const tree = await imageTree(image);
  return tree.flatMap(({ path, digest = "" }) => (path.endsWith(".code") ? [`${path} ${digest}`] : []));
}

if (isInFull)
  test("files of other times and modes make the same image, with a licence for each part", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pith-frontend-"));
    try {
      cpSync(`${projectFolder}/dist`, folder, { recursive: true });
      for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1_000_000_000, 1_000_000_000);
      chmodSync(join(folder, "frontend.main.js"), 0o666);
      const trees: unknown[] = [];
      for (const [index, context] of [`${projectFolder}/dist`, folder].entries()) {
        const tag = `${testEngine().frontend}-again-${String(index)}`;
        const file = ["--file", `${projectFolder}/Dockerfile.frontend`];
        await dockerOutput(["build", "--network=host", "--provenance=false", ...file, "--tag", tag, context]);
        trees.push(await imageTree(tag));
        await dockerOutput(["image", "rm", tag]);
      }
      expect(trees[0]).toEqual(trees[1]);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const tree = await imageTree(testEngine().frontend);
    const writable = tree.filter(({ path, mode, type }) => type !== "symlink" && (mode & 0o2) !== 0 && path !== "/tmp");
    expect(writable).toEqual([]);
  });
