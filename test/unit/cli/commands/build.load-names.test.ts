import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { pith } from "../../../support/command-line.ts";
import { writeFixture } from "../../../support/golden.ts";

const files = { "pith.yaml": "from: base\nbinaries: [/usr/bin/tool]\n" };
const root = fs.mkdtempSync(path.join(os.tmpdir(), "pith-names-"));
beforeAll(() => writeFixture(root, "//- /usr/bin/tool 0755 elf=x86_64\n", "first to last"));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
const manifestSchema = z.tuple([
  z.object({ Config: z.string(), RepoTags: z.array(z.string()), Layers: z.array(z.string()) }),
]);
const indexSchema = z.looseObject({
  manifests: z.tuple([z.looseObject({ annotations: z.looseObject({}).optional() })]),
});

async function build(output: string, tag: readonly string[]) {
  return pith(["build", "--source", `main=dir:${root}`, "-o", output, "--platform", "linux/amd64", ...tag], { files });
}

function member(archive: string, name: string): string {
  return execFileSync("tar", ["-xOf", archive, name], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

it.each<readonly [tag: string | undefined, short: string | undefined, full: string | undefined]>([
  ["app", "app:latest", "docker.io/library/app:latest"],
  ["team/app:1", "team/app:1", "docker.io/team/app:1"],
  ["localhost:5000/app", "localhost:5000/app:latest", "localhost:5000/app:latest"],
  ["v1.0+build", undefined, undefined],
  [undefined, undefined, undefined],
])("an OCI archive that is called %s is named for docker load as well", async (tag, short, full) => {
  const { code, err, folder } = await build("oci-archive:out.tar", tag === undefined ? [] : ["-t", tag]);
  expect({ code, err }).toMatchObject({ code: 0 });
  const archive = path.join(folder, "out.tar");
  const [manifest] = manifestSchema.parse(JSON.parse(member(archive, "manifest.json")));
  expect(manifest.RepoTags).toEqual(short === undefined ? [] : [short]);
  for (const blob of [manifest.Config, ...manifest.Layers]) expect(member(archive, blob)).not.toBe("");
  const { annotations } = indexSchema.parse(JSON.parse(member(archive, "index.json"))).manifests[0];
  expect(annotations).toEqual(
    tag === undefined
      ? undefined
      : {
          ...(full === undefined ? {} : { "io.containerd.image.name": full }),
          "org.opencontainers.image.ref.name": tag,
        },
  );
});

it("an archive for docker load has a name that Docker takes", async () => {
  const { folder } = await build("docker-archive:out.tar", ["-t", "app"]);
  const [manifest] = manifestSchema.parse(JSON.parse(member(path.join(folder, "out.tar"), "manifest.json")));
  expect(manifest.RepoTags).toEqual(["app:latest"]);
  const { code, err } = await build("docker-archive:out.tar", ["-t", "No Name"]);
  expect({ code, err: err.slice(err.indexOf("OUTPUT_INVALID")) }).toEqual({
    code: 2,
    err: `OUTPUT_INVALID: cannot call the image "No Name": docker load takes no such name
hint: write it as app:1 or localhost:5000/app:1, in small letters
`,
  });
});
