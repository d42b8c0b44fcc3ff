import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { savedImageConfig } from "../../scripts/lib/saved-image.ts";
import { mustBuild, testEngine } from "../support/engine.ts";
import { folderTree, imageTree, layerEntries } from "../support/image-tree.ts";
import { makeProject } from "../support/project.ts";
import { ociSchemas } from "../support/schemas.ts";

const epoch = 1_700_000_000;
const project = makeProject({
  "pith.yaml": `from: debian:trixie-slim
build:
  - mkdir -m 750 /own && echo text >/own/text && chmod 640 /own/text && chown -R 7:8 /own && ln /own/text /own/twin && ln -s text /own/link
  - echo text >/BZh91AY
binaries: [/usr/bin/env]
closure: {include: [/own, /BZh91AY]}
`,
});
const spec = project.path("pith.yaml");
const tag = `${testEngine().registry}/pith-test/conformance:1`;
const env = { SOURCE_DATE_EPOCH: `${epoch}` };

/**
 * The facts that a form has to carry: `path kind mode owner time target`. Owners are of no use where the form has none.
 */
let expected: readonly string[] = [];

beforeAll(async () => {
  await mustBuild({ spec, tag, env });
  expected = (await imageTree(tag)).map(lineOf);
});

interface Line {
  readonly path: string;
  readonly type: string | null | undefined;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly linkTarget?: string;
}

/** A second name of a file is a link in one form and a file in another: it counts as a file. */
function lineOf({ path, type, mode, uid, gid, mtimeSeconds, linkTarget }: Line): string {
  const kind = type === "link" ? "file" : type;
  const target = type === "symlink" ? ` -> ${linkTarget ?? ""}` : "";
  return `${path} ${kind ?? "?"} ${mode.toString(8)} ${uid}:${gid} ${mtimeSeconds}${target}`;
}

test("the image holds what the spec says, at the given time", () => {
  expect(expected.filter((line) => line.startsWith("/own"))).toEqual([
    `/own directory 750 7:8 ${epoch}`,
    `/own/link symlink 777 0:0 ${epoch} -> text`,
    `/own/text file 640 7:8 ${epoch}`,
    `/own/twin file 640 7:8 ${epoch}`,
  ]);
  // The first name of a layer, which is not to be taken for compressed data by it.
  expect(expected.filter((line) => line.startsWith("/B"))).toEqual([`/BZh91AY file 644 0:0 ${epoch}`]);
  expect(expected.filter((line) => !line.includes(` ${epoch}`))).toEqual([]);
});

test("-o type=tar carries the same tree", async () => {
  const file = project.path("image.tar");
  await mustBuild({ spec, env, args: [`--output=type=tar,dest=${file}`] });
  const entries = await layerEntries(readFileSync(file));
  expect(entries.map(lineOf).toSorted()).toEqual(expected.toSorted());
  expect(entries.filter(({ type }) => type === "link").map(({ path }) => path)).toEqual(["/own/twin"]);
});

test("-o type=local carries the same tree, owned by whoever builds", async () => {
  const out = project.path("local");
  await mustBuild({ spec, env, args: [`--output=type=local,dest=${out}`] });
  const ownerless = (line: string): string => line.replace(/ \d+:\d+ /u, " ");
  expect(folderTree(out).map(lineOf).map(ownerless).toSorted()).toEqual(expected.map(ownerless).toSorted());
});

// Docker has this form with the containerd store alone; outputs.test.ts tells what it says on the other.
if (testEngine().store === "containerd") describe("-o type=oci", ofLayout);

function ofLayout(): void {
  const layout = project.path("layout");
  const blob = (digest: string): string => join(layout, "blobs", ...digest.split(":"));
  const linked = z.looseObject({ digest: z.string(), mediaType: z.string() });

  beforeAll(async () => {
    const file = project.path("oci.tar");
    await mustBuild({ spec, env, args: [`--output=type=oci,name=conformance,dest=${file}`] });
    mkdirSync(layout);
    await output("tar", ["-xf", file, "-C", layout]);
  });

  function parts(): { readonly manifest: string; readonly config: string } {
    const index = z.looseObject({ manifests: z.tuple([linked]) }).parse(read(join(layout, "index.json")));
    const manifest = blob(index.manifests[0].digest);
    return { manifest, config: blob(z.looseObject({ config: linked }).parse(read(manifest)).config.digest) };
  }

  test("holds the same configuration", async () => {
    expect(readFileSync(parts().config, "utf8")).toBe(await savedImageConfig(tag));
  });

  test("is read by skopeo, and unpacked by umoci to the same tree", async () => {
    const copy = project.path("copied");
    await output("skopeo", ["--insecure-policy", "copy", `oci:${layout}`, `oci:${copy}:one`]);
    const bundle = project.path("bundle");
    await output("umoci", ["unpack", "--image", `${copy}:one`, bundle]);
    expect(folderTree(join(bundle, "rootfs")).map(lineOf).toSorted()).toEqual(expected.toSorted());
  });

  test("is valid by the schemas of the image specification", async () => {
    const { manifest, config } = parts();
    const documents = {
      "image-index-schema.json": join(layout, "index.json"),
      "image-layout-schema.json": join(layout, "oci-layout"),
      "image-manifest-schema.json": manifest,
      "config-schema.json": config,
    };
    const script = join(projectFolder, "test/support/validate-schema.py");
    const validate = async (pairs: readonly string[]): Promise<string> =>
      output("python3", [script, ociSchemas, ...pairs]);
    expect(await validate(Object.entries(documents).flat())).toBe("");
    // The validator does find faults.
    writeFileSync(project.path("bad.json"), "{}");
    expect(await validate(["config-schema.json", project.path("bad.json")])).toContain("required property");
  });
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
