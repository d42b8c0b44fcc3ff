import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { pith } from "../support/command-line.ts";
import { docker, dockerOutput, testEngine } from "../support/engine.ts";
import { goldenExamples, writeFixture } from "../support/golden.ts";
import { folderTree, imageTree, printTree, type TreeEntry } from "../support/image-tree.ts";
import { writePlatformLayout } from "../support/platform-layout.ts";
import { ociSchemas } from "../support/schemas.ts";
import { validateLayout } from "../support/validate-image.ts";

const { registry, store } = testEngine();
const folder = mkdtempSync(join(tmpdir(), "pith-forms-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
let count = 0;
const fresh = (kind: string): string => at(`${kind}-${String(++count)}`);

const [example] = goldenExamples().filter(({ name }) => name === "static");
const asked = { plain: [], attested: ["--sbom"] } as const;
type Asked = keyof typeof asked;

beforeAll(() => {
  if (example === undefined) throw new Error("cannot find the golden example");
  writeFixture(at("root"), example.root, "first to last");
});

/** Writes the golden image in a form. */
async function write(form: string, more: readonly string[] = []): Promise<void> {
  const spec = example?.folder ?? "";
  const args = [
    "build",
    spec,
    "-f",
    join(spec, "pith.yaml"),
    "--platform",
    "linux/amd64",
    "--source",
    `main=dir:${at("root")}`,
  ];
  const { code, err } = await pith([...args, "-o", form, ...more]);
  if (code !== 0) throw new Error(`cannot write ${form}:\n${err}`);
}

/** A layout is what it says of itself, and what the specification demands. */
async function expectValid(layout: string, kind: Asked, images = ["linux/amd64"]): Promise<void> {
  const { problems, documents, platforms } = await validateLayout(layout);
  expect(problems).toEqual([]);
  // Some list an image beside the index that has it.
  expect([...new Set(platforms)]).toEqual(kind === "plain" ? images : [...images, "unknown/unknown"]);
  const pairs = documents.flatMap(({ schema, file }) => [schema, file]);
  const script = join(projectFolder, "test/support/validate-schema.py");
  expect(await output("python3", [script, ociSchemas, ...pairs])).toBe("");
}

const configSchema = z.looseObject({ rootfs: z.looseObject({ diff_ids: z.array(z.string()) }) });
const blobsOf = (layout: string): readonly string[] => readdirSync(join(layout, "blobs/sha256")).sort();

describe.each(["plain", "attested"] as const)("an image that is %s", (kind) => {
  test.each(["gzip", "zstd", "none"])("is valid as oci: with %s", async (compression) => {
    const layout = fresh("oci");
    await write(`oci:${layout}`, [...asked[kind], "-t", "app:1", "--compression", compression]);
    await expectValid(layout, kind);
  });

  test("is valid as oci-archive:, and Docker loads and runs it", async () => {
    const file = fresh("oci-archive");
    const tag = `pith-test/forms-${kind}:1`;
    await write(`oci-archive:${file}`, [...asked[kind], "-t", tag]);
    const layout = fresh("extracted");
    mkdirSync(layout);
    await output("tar", ["-xf", file, "-C", layout]);
    await expectValid(layout, kind);
    await dockerOutput(["image", "rm", "--force", tag]);
    await dockerOutput(["load", "--input", file]);
    const tree = fresh("tree");
    await write(`dir:${tree}`);
    expect(comparable(await imageTree(tag))).toBe(comparable(folderTree(tree)));
  });

  test("travels through docker-registry and comes back the same", async () => {
    const name = `${registry}/pith-test/forms-${kind}:${store}`;
    const layout = fresh("sent");
    await write(`oci:${layout}`, [...asked[kind], "-t", name]);
    await write(name, asked[kind]);
    const back = fresh("back");
    await output("skopeo", ["copy", "-q", "--all", "--src-tls-verify=false", `docker://${name}`, `oci:${back}:1`]);
    await expectValid(back, kind);
    const ours = fresh("ours");
    expect((await pith(["copy", "-q", name, `oci:${ours}:1`])).code).toBe(0);
    await expectValid(ours, kind);
    // The statements name what they are about, which is called otherwise here and there.
    if (kind === "plain") expect([blobsOf(back), blobsOf(ours)]).toEqual([blobsOf(layout), blobsOf(layout)]);
    else expect(blobsOf(ours)).toEqual(blobsOf(back));
    const raw = await output("oras", ["manifest", "fetch", "--plain-http", name]);
    expect(existsSync(join(ours, "blobs/sha256", sha256(raw)))).toBe(true);
    const pulled = fresh("oras");
    await output("oras", ["copy", "--from-plain-http", name, "--to-oci-layout", `${pulled}:1`]);
    await expectValid(pulled, kind);
    expect(blobsOf(pulled)).toEqual(blobsOf(ours));
  });
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

test("an image for several platforms is valid, also when it comes back from docker-registry", async () => {
  writePlatformLayout(at("builder"));
  const files = { "pith.yaml": "from: base\nbinaries: [/usr/bin/tool]\n" };
  const name = `${registry}/pith-test/forms-platforms:${store}`;
  const common = ["build", "--source", `main=oci:${at("builder")}`, "--platform", "linux/amd64,linux/arm64", "--sbom"];
  const layout = fresh("platforms");
  for (const to of [`oci:${layout}`, name]) {
    const { code, err } = await pith([...common, "-o", to, "-t", name], { files });
    expect({ code, err }).toMatchObject({ code: 0 });
  }
  const back = fresh("back");
  await output("skopeo", ["copy", "-q", "--all", "--src-tls-verify=false", `docker://${name}`, `oci:${back}:1`]);
  for (const folderOf of [layout, back]) await expectValid(folderOf, "attested", ["linux/amd64", "linux/arm64"]);
  expect(blobsOf(back)).toEqual(blobsOf(layout));
});

test("docker-archive: is loaded by Docker, and read by skopeo", async () => {
  const file = fresh("docker-archive");
  await write(`docker-archive:${file}`, ["-t", "pith-test/forms-docker"]);
  const { stdout } = await docker(["load", "--input", file]);
  expect(stdout).toContain("pith-test/forms-docker:latest");
  const layout = fresh("oci");
  await write(`oci:${layout}`);
  const copied = fresh("copied");
  await output("skopeo", ["copy", "-q", "--insecure-policy", `docker-archive:${file}`, `oci:${copied}:1`]);
  await expectValid(copied, "plain");
  // The older form has no media types, so that skopeo writes the configuration anew.
  const read = async (source: string): Promise<object> =>
    configSchema.parse(JSON.parse(await output("skopeo", ["inspect", "--config", "--raw", source])));
  expect(await read(`oci:${copied}:1`)).toEqual(await read(`oci:${layout}`));
});

test("dir: and tar: hold the same tree, for GNU tar and for Python", async () => {
  const tree = fresh("dir");
  const file = fresh("tar");
  await write(`dir:${tree}`);
  await write(`tar:${file}`);
  const [gnu, python] = [fresh("gnu"), fresh("python")];
  for (const made of [gnu, python]) mkdirSync(made);
  await output("tar", ["-xpf", file, "-C", gnu, "--numeric-owner"]);
  const script =
    "import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2], numeric_owner=True, filter='fully_trusted')";
  await output("python3", ["-c", script, file, python]);
  const expected = comparable(folderTree(tree));
  expect(comparable(folderTree(gnu))).toBe(expected);
  expect(comparable(folderTree(python))).toBe(expected);
});

/** A tree in lines; a second name of a file is a link in one form and a file in another. */
function comparable(entries: readonly TreeEntry[]): string {
  return printTree(entries.map((entry) => (entry.type === "link" ? { ...entry, type: "file" } : entry)));
}
