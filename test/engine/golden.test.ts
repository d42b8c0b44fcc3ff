import { cpSync } from "node:fs";
import { expect, test } from "vitest";
import { capture } from "../../scripts/lib/command.ts";
import { mustBuild, testEngine } from "../support/engine.ts";
import { type GoldenExample, goldenExamples, writeFixture } from "../support/golden.ts";
import { diffIds } from "../support/image-tree.ts";
import { makeProject } from "../support/project.ts";

// Distributions and compilers move on, and digests with them; these examples are made of the repository's files alone.
const project = makeProject({});

/** Writes an example and its builder; answers how it is built. */
function written(example: GoldenExample, name: string): { readonly spec: string; readonly args: readonly string[] } {
  const folder = project.path(name);
  cpSync(example.folder, folder, { recursive: true });
  writeFixture(`${folder}-root`, example.root, "first to last");
  return { spec: `${folder}/pith.yaml`, args: [`--build-context=root=${folder}-root`, "--platform=linux/amd64"] };
}

test.for(goldenExamples())("$name has the digests of the repository", async (example) => {
  const { spec, args } = written(example, example.name);
  const tag = `pith-test/golden-${example.name}`;
  await mustBuild({ spec, tag, args });
  expect(await diffIds(tag)).toEqual(example.diffIds);
});

// Graph drivers have no OCI exporter.
if (testEngine().store !== "classic") {
  test.for(goldenExamples())("$name has them as an OCI archive, too", async (example) => {
    const { spec, args } = written(example, `${example.name}-oci`);
    const file = project.path(`${example.name}-oci.tar`);
    await mustBuild({ spec, args: [...args, `--output=type=oci,dest=${file}`] });
    const { stdout, stderr } = await capture("skopeo", ["inspect", "--config", `oci-archive:${file}`]);
    expect(JSON.parse(stdout), stderr).toMatchObject({ rootfs: { diff_ids: example.diffIds } });
  });
}

test("the order in which a builder's files were made changes nothing", async () => {
  const made = (names: readonly string[]) => `from: debian:trixie-slim
build:
  - mkdir -p /data /opt/tools && cd /data && for n in ${names.join(" ")}; do echo $n > $n; cp /usr/bin/$n /opt/tools/; done
binaries: [{path: /opt/tools/cat}, {path: /opt/tools/ls}, {path: /opt/tools/stat}]
files:
  /data: {from: main, src: /data}
`;
  const names = ["cat", "ls", "stat", "true", "env"];
  project.write({ "one/pith.yaml": made(names), "other/pith.yaml": made(names.toReversed()) });
  for (const folder of ["one", "other"]) {
    await mustBuild({ spec: project.path(`${folder}/pith.yaml`), tag: `pith-test/order:${folder}` });
  }
  expect(await diffIds("pith-test/order:other")).toEqual(await diffIds("pith-test/order:one"));
});
