import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openContentStore } from "../../../src/adapters/content-store/content-store.ts";
import { readFileHead } from "../../../src/adapters/directory/regular-file.ts";
import { bytesBlob } from "../../../src/adapters/images/compress.ts";
import { copy } from "../../../src/adapters/images/copy.ts";
import { directoryFiles } from "../../../src/adapters/images/file-tree.ts";
import { layoutSource, layoutTarget } from "../../../src/adapters/images/layout-target.ts";
import { writeLayout } from "../../../src/adapters/images/write-layout.ts";
import { reachRegistry } from "../../../src/adapters/registry/settings.ts";
import { exitCodeOf } from "../../../src/cli/exit-codes.ts";
import { mediaTypes } from "../../../src/formats/oci/descriptor.ts";
import { digestOf } from "../../support/registry/memory-registry.ts";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-odd-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

const image = {
  platform: { os: "linux", architecture: "amd64" },
  config: bytesBlob(mediaTypes.config, Buffer.from("{}")),
  layers: [bytesBlob(mediaTypes.layer, Buffer.from("a layer"))],
};
const other = { ...image, layers: [bytesBlob(mediaTypes.layer, Buffer.from("another layer"))] };

/** What stands in the place of a file. */
const odd: Readonly<Record<string, (hostPath: string) => unknown>> = {
  "a pipe": (hostPath) => execFileSync("mkfifo", [hostPath]),
  "a device": (hostPath) => fs.symlinkSync("/dev/zero", hostPath),
  "a link out": (hostPath) => fs.symlinkSync(at("secret"), hostPath),
  "a link to nothing": (hostPath) => fs.symlinkSync("nothing", hostPath),
  "a link to itself": (hostPath) => fs.symlinkSync(path.basename(hostPath), hostPath),
  "a directory": (hostPath) => fs.mkdirSync(hostPath),
  nothing: () => {},
};
const texts: Readonly<Record<string, string | Buffer>> = {
  "no bytes": "",
  "half of itself": '{"schemaVersion":2,"manifests":[{"media',
  null: "null",
  "a list": "[]",
  "no list of manifests": '{"schemaVersion":2,"manifests":{}}',
  "manifests of null": '{"schemaVersion":2,"manifests":[null]}',
  "a digest with a path": '{"schemaVersion":2,"manifests":[{"mediaType":"a/b","size":1,"digest":"sha256:../../../x"}]}',
  "a name twice": '{"schemaVersion":2,"manifests":[],"manifests":[]}',
  "200,000 brackets": `{"schemaVersion":2,"manifests":${"[".repeat(200_000)}${"]".repeat(200_000)}}`,
  "5 MiB": `{"schemaVersion":2,"manifests":[],"x":"${"x".repeat(5 * 2 ** 20)}"}`,
  "bytes that are not text": Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
};

async function failureOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (failure) {
    const text = failure instanceof Error ? failure.message.replaceAll(folder, "FOLDER").split("\n")[0] : "";
    return `${String(exitCodeOf(failure))} ${text ?? ""}`;
  }
  return "0";
}

async function copyOut(): Promise<void> {
  const files = directoryFiles(at("layout"));
  const target = layoutTarget(at("copied"));
  try {
    await copy(layoutSource(files, "oci:layout"), target, { from: "a:1", to: "a:1" });
  } finally {
    target.abandon();
    files.close();
  }
}

it("an index that is none ends building and copying with a finding, and stays as it was", async () => {
  const told: string[] = [];
  for (const [what, put] of [
    ...Object.entries(texts).map(([name, text]) => [name, (to: string) => fs.writeFileSync(to, text)] as const),
    ...Object.entries(odd),
  ]) {
    fs.rmSync(at("layout"), { recursive: true, force: true });
    await writeLayout(at("layout"), [image], { tag: "a:1" });
    fs.writeFileSync(at("secret"), fs.readFileSync(at("layout/index.json")));
    fs.rmSync(at("layout/index.json"));
    put(at("layout/index.json"));
    told.push(`${what}: build ${await failureOf(async () => writeLayout(at("layout"), [other], { tag: "a:2" }))}`);
    told.push(`${what}: copy ${await failureOf(copyOut)}`);
    const kept = what in texts ? fs.readFileSync(at("layout/index.json")) : undefined;
    expect(kept?.equals(Buffer.from(texts[what] ?? "")), what).not.toBe(false);
  }
  expect(told.filter((line) => / (?:0|70)(?: |$)/u.test(line))).toEqual([]);
  expect(told.join("\n")).toMatchInlineSnapshot(`
    "no bytes: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not JSON
    no bytes: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: not JSON
    half of itself: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not JSON
    half of itself: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: not JSON
    null: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not a JSON object
    null: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: not a JSON object
    a list: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: : Invalid input: expected object, received array
    a list: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: : Invalid input: expected object, received array
    no list of manifests: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: manifests: Invalid input: expected array, received object
    no list of manifests: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: manifests: Invalid input: expected array, received object
    manifests of null: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: manifests.0: Invalid input: expected object, received null
    manifests of null: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: manifests.0: Invalid input: expected object, received null
    a digest with a path: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: manifests.0.digest: Invalid string: must match pattern /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/u
    a digest with a path: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: manifests.0.digest: Invalid string: must match pattern /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/u
    a name twice: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: it has the name "manifests" twice
    a name twice: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: it has the name "manifests" twice
    200,000 brackets: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: it is nested too deep
    200,000 brackets: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: it is nested too deep
    5 MiB: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: it is longer than 4 MiB
    5 MiB: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is longer than 4 MiB
    bytes that are not text: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: it is not UTF-8
    bytes that are not text: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: its index is not valid: it is not UTF-8
    a pipe: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not a file of this directory
    a pipe: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: not an OCI layout: it has no index.json
    a device: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not a file of this directory
    a device: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: not an OCI layout: it has no index.json
    a link out: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not a file of this directory
    a link out: copy 1 IMAGE_SOURCE_INVALID: cannot read FOLDER/layout: index.json is a link that leads out of it
    a link to nothing: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not a file of this directory
    a link to nothing: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: not an OCI layout: it has no index.json
    a link to itself: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not a file of this directory
    a link to itself: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: not an OCI layout: it has no index.json
    a directory: build 2 OUTPUT_INVALID: cannot add an image to FOLDER/layout: its index.json is not valid: not a file of this directory
    a directory: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: not an OCI layout: it has no index.json
    nothing: build 2 OUTPUT_INVALID: cannot write FOLDER/layout: it is there, and no OCI layout
    nothing: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: not an OCI layout: it has no index.json"
  `);
});

it("a blob that is not a file of its layout is written again, and not read", async () => {
  const digest = digestOf(Buffer.from("a layer"));
  const blob = (layout: string): string => at(`${layout}/blobs/${digest.replace(":", "/")}`);
  const told: string[] = [];
  for (const [what, put] of Object.entries(odd)) {
    fs.rmSync(at("layout"), { recursive: true, force: true });
    await writeLayout(at("layout"), [image], { tag: "a:1" });
    fs.writeFileSync(at("secret"), "a layer");
    fs.rmSync(blob("layout"));
    put(blob("layout"));
    told.push(`${what}: copy ${await failureOf(copyOut)}`);
    if (what === "a directory") continue;
    told.push(`${what}: build ${await failureOf(async () => writeLayout(at("layout"), [image], { tag: "a:2" }))}`);
    expect(fs.lstatSync(blob("layout")).isFile(), what).toBe(true);
    expect(fs.readFileSync(at("secret"), "utf8")).toBe("a layer");
  }
  expect(
    told
      .join("\n")
      .replaceAll(/[0-9a-f]{64}/gu, "HEX")
      .replaceAll(digest.slice(0, 19), "DIGEST"),
  ).toMatchInlineSnapshot(`
    "a pipe: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: it lacks sha256:HEX
    a pipe: build 0
    a device: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: it lacks sha256:HEX
    a device: build 0
    a link out: copy 1 IMAGE_SOURCE_INVALID: cannot read FOLDER/layout: blobs/sha256/HEX is a link that leads out of it
    a link out: build 0
    a link to nothing: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: it lacks sha256:HEX
    a link to nothing: build 0
    a link to itself: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: it lacks sha256:HEX
    a link to itself: build 0
    a directory: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: it lacks sha256:HEX
    nothing: copy 1 IMAGE_SOURCE_INVALID: cannot read oci:layout: it lacks sha256:HEX
    nothing: build 0"
  `);
});

it.each(["blobs", "blobs/sha256"])("nothing is written through a link that is in the place of %s", async (name) => {
  fs.mkdirSync(at("elsewhere/sha256"), { recursive: true });
  await writeLayout(at("layout"), [image], { tag: "a:1" });
  fs.rmSync(at(`layout/${name}`), { recursive: true });
  fs.symlinkSync(at("elsewhere"), at(`layout/${name}`));
  expect(await failureOf(async () => writeLayout(at("layout"), [other], { tag: "a:2" }))).toBe(
    `2 OUTPUT_INVALID: cannot write FOLDER/layout: ${name} is not a directory of it`,
  );
  expect(fs.readdirSync(at("elsewhere"), { recursive: true })).toEqual(["sha256"]);
});

it("a layout that is reached through a link is written to", async () => {
  await writeLayout(at("layout"), [image], { tag: "a:1" });
  fs.symlinkSync("layout", at("link"));
  await writeLayout(at("link"), [other], { tag: "a:2" });
  expect(fs.readFileSync(at("layout/index.json"), "utf8")).toContain("a:2");
});

it("the store does without a blob, or a folder, that is something else", async () => {
  const bytes = Buffer.from("a layer");
  const layer = { mediaType: mediaTypes.layer, digest: digestOf(bytes), size: bytes.length };
  const store = openContentStore({ folder: at("store"), limitBytes: 1e9, now: () => 1e12 });
  const put = async (): Promise<number | undefined> =>
    store.put(
      layer,
      async function* () {
        yield bytes;
      },
      "a test",
    );
  const hostPath = at(`store/blobs/${layer.digest.replace(":", "-")}`);
  fs.mkdirSync(at("store/blobs"), { recursive: true });
  fs.writeFileSync(at("secret"), bytes);
  for (const [what, make] of Object.entries(odd)) {
    fs.rmSync(hostPath, { recursive: true, force: true });
    make(hostPath);
    expect(store.open(layer), what).toBeUndefined();
    const file = await put();
    if (file !== undefined) fs.closeSync(file);
    expect(fs.readdirSync(at("store/blobs")).filter((name) => name.startsWith("tmp-"))).toEqual([]);
  }
  fs.rmSync(at("store"), { recursive: true });
  fs.mkdirSync(at("store"));
  fs.mkdirSync(at("elsewhere"));
  fs.symlinkSync(at("elsewhere"), at("store/blobs"));
  expect(await put()).toBeUndefined();
  expect(fs.readdirSync(at("elsewhere"))).toEqual([]);
});

it("a file that is read by name is one, and not longer than asked for", () => {
  fs.writeFileSync(at("secret"), "x".repeat(100));
  const heads = Object.entries(odd).map(([what, make]) => {
    make(at(what));
    return [what, readFileHead(at(what), 10)?.toString()] as const;
  });
  expect(heads.filter(([, bytes]) => bytes !== undefined)).toEqual([["a link out", "x".repeat(11)]]);
});

it("pipes among the certificates of a registry are left alone", () => {
  fs.mkdirSync(at("certs/localhost:1"), { recursive: true });
  execFileSync("mkfifo", [at("certs/localhost:1/pipe.crt")]);
  const options = { isPlainHttp: false, authorityFile: undefined, env: {}, certificateFolders: [at("certs")] };
  expect(reachRegistry("localhost:1", options).authorities).toBeUndefined();
});
