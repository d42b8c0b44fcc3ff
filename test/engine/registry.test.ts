import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { output } from "../../scripts/lib/command.ts";
import { copy } from "../../src/adapters/images/copy.ts";
import { bytesContent } from "../../src/adapters/images/target.ts";
import { pith } from "../support/command-line.ts";
import { testEngine } from "../support/engine.ts";
import { openTestRepository, testRegistries } from "../support/registry/drive-pith.ts";
import { describe as describeBytes, testImage, types, writeImageLayout } from "../support/registry/test-image.ts";
import { targetContract } from "../support/target-contract.ts";

// Debian's docker-registry, which the engines of the tests push to as well.
const { registry: host, store } = testEngine();
const unique = `${store}-${Date.now().toString(36)}`;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-registry-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const image = testImage(unique, 2_000_000);
writeImageLayout(path.join(folder, "layout"), image);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(repository: string, limits = {}) {
  const registries = testRegistries({ limits });
  closing.push(async () => registries.close());
  return (await openTestRepository(registries, `${host}/pith-test/${unique}/${repository}:1`)).target;
}

let count = 0;
describe("docker-registry as a target", () => {
  targetContract(async () => {
    const repository = `contract-${String(++count)}`;
    return { target: await open(repository), reopen: async () => open(repository) };
  });
});

const blobsOf = (layout: string): readonly string[] => fs.readdirSync(path.join(folder, layout, "blobs/sha256")).sort();

test("skopeo reads what was pushed, and what skopeo pushed is read, bit for bit", async () => {
  const [ours, theirs] = [`${host}/pith-test/${unique}/ours:1`, `${host}/pith-test/${unique}/theirs:1`];
  expect((await pith(["push", "-q", `oci:${folder}/layout`, ours])).code).toBe(0);
  await output("skopeo", ["copy", "-q", "--src-tls-verify=false", `docker://${ours}`, `oci:${folder}/skopeo:1`]);
  expect(blobsOf("skopeo")).toEqual(blobsOf("layout"));
  await output("skopeo", ["copy", "-q", "--dest-tls-verify=false", `oci:${folder}/layout:1`, `docker://${theirs}`]);
  expect((await pith(["copy", "-q", theirs, `oci:${folder}/back:1`])).code).toBe(0);
  expect(blobsOf("back")).toEqual(blobsOf("layout"));
  const digest = await output("skopeo", ["inspect", "--tls-verify=false", "--format={{.Digest}}", `docker://${ours}`]);
  expect(digest.trim()).toBe(image.digest);
});

test("takes uploads in pieces, and blobs out of other repositories", async () => {
  const target = await open("pieces", { chunkBytes: 300_000, monolithicBytes: 0 });
  const layer = image.blobs.get(image.layer) ?? Buffer.alloc(0);
  await target.push(describeBytes(types.layer, layer), bytesContent(layer, "a test"));
  expect(await target.exists(describeBytes(types.layer, layer))).toBe(true);
  const [from, to] = [`${host}/pith-test/${unique}/from:1`, `${host}/pith-test/${unique}/to:1`];
  expect((await pith(["push", "-q", `oci:${folder}/layout`, from])).code).toBe(0);
  expect((await pith(["copy", "-q", from, to])).code).toBe(0);
  expect((await pith(["copy", "-q", to, `oci-archive:${folder}/to.tar`])).code).toBe(0);
});

test("keeps what refers to an image by the tag that stands for it, since this registry has no list", async () => {
  const target = await open("referrers");
  const layout = await pith(["push", "-q", `oci:${folder}/layout`, `${host}/pith-test/${unique}/referrers:1`]);
  expect(layout.code).toBe(0);
  const subject = describeBytes(types.manifest, image.manifest);
  const document = {
    schemaVersion: 2,
    mediaType: types.manifest,
    artifactType: "application/x-test",
    config: image.json.config,
  };
  const bytes = Buffer.from(JSON.stringify({ ...document, layers: [], subject }));
  await target.push(describeBytes(types.manifest, bytes), bytesContent(bytes, "a test"));
  const found = await (await open("referrers")).referrers?.(subject);
  expect(found).toMatchObject([{ artifactType: "application/x-test" }]);
  const copied = await open("copied");
  await copy(target, copied, { from: "1", to: "1", withReferrers: true });
  expect(await copied.referrers?.(subject)).toEqual(found);
});
