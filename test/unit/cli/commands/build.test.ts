import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { openSource } from "../../../../src/adapters/images/open-source.ts";
import { rootPath } from "../../../../src/rootfs/rootfs.ts";
import { walk } from "../../../../src/rootfs/walk.ts";
import { archive, special } from "../../../support/archive.ts";
import { pith } from "../../../support/command-line.ts";
import { dockerSave, fixtureMembers, writeTestLayout } from "../../../support/image-archive.ts";
import { makeProject } from "../../../support/project.ts";

const builder = `
  //- /usr/bin/tool 0755 elf=x86_64 loader needed=libx.so.1
  //- /usr/lib/libx.so.1 -> libx.so.1.2
  //- /usr/lib/libx.so.1.2 elf=x86_64 soname=libx.so.1
  //- /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 0755 elf=x86_64
  //- /lib64 -> usr/lib64
  //- /usr/lib64/ld-linux-x86-64.so.2 -> ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
  //- /lib -> usr/lib
  //- /usr/share/doc/unused
  text
`;
const spec = `from: base
binaries: [/usr/bin/tool]
files:
  /etc/motd: {from: context, src: motd}
  /srv/empty: {directory: true}
layers: [system, app]
`;
let folder = "";
const at = (name: string) => path.join(folder, name);

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-build-"));
  const members = fixtureMembers(builder);
  const lower = archive(members.slice(0, 5));
  const upper = archive(members.slice(5));
  writeTestLayout(at("layout"), [lower, upper], { config: { Env: ["PATH=/usr/bin"] } });
  fs.writeFileSync(at("save.tar"), dockerSave([lower, upper]));
  fs.writeFileSync(at("save.tar.gz"), zlib.gzipSync(dockerSave([lower, upper])));
  const tree = at("tree");
  for (const { name, content, link, mode } of members) {
    const location = path.join(tree, String(name));
    fs.mkdirSync(path.dirname(location), { recursive: true });
    if (link !== undefined) fs.symlinkSync(link, location);
    else if (content === undefined) fs.mkdirSync(location, { recursive: true });
    else fs.writeFileSync(location, content, { mode: mode ?? 0o644 });
  }
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const lockOf = (packages: object): string =>
  JSON.stringify({
    version: 1,
    builders: { main: { packages: { "linux/amd64": packages }, digests: { "linux/amd64": {} } } },
  });

describe("a lock beside the spec", () => {
  it("holds builders that are handed over", async () => {
    const held = { ...files, "pith.lock": lockOf({}) };
    const args = ["build", "--source", `main=${at("tree")}`, "-o", "oci:out", ...platform];
    expect(await pith(args, { files: held })).toMatchObject({ code: 0 });
    const other = await pith(args, { files: { ...files, "pith.lock": lockOf({ "dpkg:libx": "1" }) } });
    expect(other.code).toBe(1);
    expect(other.err).toContain(
      "LOCK_DRIFT: cannot use builder main: its packages are not those of pith.lock: dpkg:libx 1 is gone",
    );
    expect((await pith(args, { files: { ...files, "pith.lock": "{}" } })).err).toContain("LOCK_INVALID");
  });

  it("is moved by name with the target lock alone", async () => {
    const { code, err } = await pith(["build", "--update", "openssl", "-o", "oci:out"], { files });
    expect({ code, err }).toMatchObject({ code: 2 });
    expect(err).toContain("--update is for --target lock");
  });
});

const files = { "pith.yaml": spec, motd: "welcome\n", ".dockerignore": "*\n!motd\n" };
const platform = ["--platform", "linux/amd64"];

async function build(source: string, output: string, more: readonly string[] = []) {
  return pith(["build", "--source", `main=${source}`, "-o", output, ...platform, ...more], { files });
}

const descriptor = z.looseObject({ digest: z.string(), annotations: z.record(z.string(), z.string()).default({}) });
const none = { digest: "none" };
const indexSchema = z.looseObject({ manifests: z.array(descriptor) });
const layersSchema = z.looseObject({ layers: z.array(z.looseObject({ name: z.string(), diffId: z.string() })) });
const manifestSchema = z.looseObject({ layers: z.array(descriptor) });
const statementSchema = z.looseObject({
  predicateType: z.string(),
  predicate: z.unknown(),
  subject: z.array(z.looseObject({ digest: z.looseObject({ sha256: z.string() }) })),
});

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  return schema.parse(JSON.parse(text));
}

const treeLines = [
  "/etc/ directory 755",
  "/etc/group file 644",
  "/etc/motd file 644",
  "/etc/nsswitch.conf file 644",
  "/etc/passwd file 644",
  "/home/ directory 755",
  "/home/nonroot/ directory 755",
  "/lib symlink 777",
  "/lib64 symlink 777",
  "/srv/ directory 755",
  "/srv/empty/ directory 755",
  "/tmp/ directory 1777",
  "/usr/ directory 755",
  "/usr/bin/ directory 755",
  "/usr/bin/tool file 755",
  "/usr/lib/ directory 755",
  "/usr/lib/x86_64-linux-gnu/ directory 755",
  "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 file 755",
  "/usr/lib/libx.so.1 symlink 777",
  "/usr/lib/libx.so.1.2 file 644",
  "/usr/lib64/ directory 755",
  "/usr/lib64/ld-linux-x86-64.so.2 symlink 777",
];

async function dump(source: string): Promise<readonly string[]> {
  const tree = await openSource(source, {
    platform: { os: "linux", architecture: "amd64" },
    hostFolder: folder,
    spoolFolder: folder,
    dockerHost: undefined,
  });
  const lines: string[] = [];
  for await (const { path: name, stat } of walk(tree.root, rootPath)) {
    if (name !== "/")
      lines.push(`${name}${stat.kind === "directory" ? "/" : ""} ${stat.kind} ${stat.mode.toString(8)}`);
  }
  tree.close();
  return lines.toSorted();
}

describe("pith build", () => {
  it.each(["dir:TREE", "oci:LAYOUT", "docker-archive:SAVE", "docker-archive:SAVE.gz", "docker-archive:SAVE:builder:1"])(
    "makes the same image of %s",
    async (source) => {
      const text = source.replace("TREE", at("tree")).replace("LAYOUT", at("layout")).replace("SAVE", at("save.tar"));
      const output = at(`out-${Buffer.from(source).toString("hex")}.tar`);
      const { code, err } = await build(text, `oci-archive:${output}`);
      expect(err).toContain("closure: ");
      expect(code).toBe(0);
      const first = at("out-first.tar");
      if (!fs.existsSync(first)) fs.copyFileSync(output, first);
      expect(fs.readFileSync(output).equals(fs.readFileSync(first))).toBe(true);
    },
  );

  it.each(["oci:out-oci", "oci-archive:out-oci.tar", "docker-archive:out-docker.tar", "dir:out-dir"])(
    "writes %s, which can be read again",
    async (output) => {
      const [kind = "", name = ""] = output.split(":");
      const { code } = await build(`dir:${at("tree")}`, `${kind}:${at(name)}`, ["-t", "app:1"]);
      expect(code).toBe(0);
      expect(await dump(`${kind}:${at(name)}`)).toEqual(treeLines.toSorted());
    },
  );

  it.each(["gzip", "zstd", "none"])("compresses with %s", async (compression) => {
    const output = at(`out-${compression}`);
    expect(await build(`dir:${at("tree")}`, `oci:${output}`, ["--compression", compression])).toMatchObject({
      code: 0,
    });
    expect(await dump(`oci:${output}`)).toEqual(treeLines.toSorted());
  });

  it("keeps the other images of a layout, and replaces the one of the same name", async () => {
    const output = `oci:${at("out-many")}`;
    const tags = () => fs.readFileSync(at("out-many/index.json"), "utf8").match(/"digest"/gu)?.length;
    await build(`dir:${at("tree")}`, output, ["-t", "one"]);
    await build(`dir:${at("tree")}`, output, ["-t", "two", "--label", "a=b"]);
    expect(tags()).toBe(2);
    await build(`dir:${at("tree")}`, output, ["-t", "two", "--label", "a=c"]);
    expect(tags()).toBe(2);
    expect(await dump(`${output}:one`)).toEqual(treeLines.toSorted());
  });

  it("attaches what the spec asks for as BuildKit does, and changes no byte of the image", async () => {
    const stated = { ...files, "pith.yaml": `${spec}metadata: {sbom: spdx, reasons: attestation}\n` };
    const args = (output: string) => ["build", "--source", source(), "-o", output, "-t", "app:1", ...platform];
    expect(await pith(args(`oci:${at("attested")}`), { files: stated })).toMatchObject({ code: 0 });
    await build(`dir:${at("tree")}`, `oci:${at("silent")}`, ["-t", "app:1"]);
    const blob = (name: string, { digest }: { readonly digest: string }) =>
      fs.readFileSync(at(`${name}/blobs/${digest.replace(":", "/")}`), "utf8");
    const index = (name: string) => fs.readFileSync(at(`${name}/index.json`), "utf8");
    const [silent] = parsed(indexSchema, index("silent")).manifests;
    const [named] = parsed(indexSchema, index("attested")).manifests;
    const [image, attached] = parsed(indexSchema, blob("attested", named ?? none)).manifests;
    expect(image?.digest).toBe(silent?.digest);
    expect(attached).toMatchObject({
      platform: { os: "unknown", architecture: "unknown" },
      annotations: {
        "vnd.docker.reference.digest": image?.digest,
        "vnd.docker.reference.type": "attestation-manifest",
      },
    });
    const { layers } = parsed(manifestSchema, blob("attested", attached ?? none));
    const statements = layers.map((layer) => parsed(statementSchema, blob("attested", layer)));
    expect(statements.map(({ predicateType }) => predicateType)).toEqual([
      "https://spdx.dev/Document",
      "urn:pith:reasons:1",
    ]);
    expect(layers.map(({ annotations }) => annotations["in-toto.io/predicate-type"])).toEqual(
      statements.map(({ predicateType }) => predicateType),
    );
    expect(statements.flatMap(({ subject }) => subject.map(({ digest }) => `sha256:${digest.sha256}`))).toEqual([
      image?.digest,
      image?.digest,
    ]);
    const described = z
      .object({ packages: z.array(z.looseObject({ SPDXID: z.string() })) })
      .parse(statements[0]?.predicate)
      .packages.find(({ SPDXID }) => SPDXID === "SPDXRef-Image");
    const sha256 = image?.digest.replace("sha256:", "");
    expect(described).toMatchObject({
      checksums: [{ algorithm: "SHA256", checksumValue: sha256 }],
      externalRefs: [{ referenceType: "purl", referenceLocator: `pkg:oci/app@sha256:${sha256 ?? ""}?tag=1` }],
    });
    expect(await dump(`oci:${at("attested")}`)).toEqual(treeLines.toSorted());
    const elsewhere = await pith(args(`tar:${at("attested.tar")}`), { files: stated });
    expect(elsewhere.err).toContain(
      "ATTESTATION_UNSUPPORTED (warning): cannot attach the reasons to the image: outputs of the kind tar keep no attestations",
    );
  });

  it("annotates manifests, and the index where there is one", async () => {
    const annotations = { "org.opencontainers.image.revision": "1 2", "org.opencontainers.image.title": "x" };
    const lines = 'annotations: {org.opencontainers.image.title: x, org.opencontainers.image.revision: "1 2"}\n';
    const make = (output: string, more = "") =>
      pith(["build", "--source", source(), "-o", output, "-t", "app:1", ...platform], {
        files: { ...files, "pith.yaml": spec + lines + more },
      });
    const blob = (name: string, { digest }: { readonly digest: string }): string =>
      fs.readFileSync(at(`${name}/blobs/${digest.replace(":", "/")}`), "utf8");
    const rootOf = (name: string) =>
      parsed(indexSchema, fs.readFileSync(at(`${name}/index.json`), "utf8")).manifests[0] ?? none;
    expect((await make(`oci:${at("annotated")}`)).err).not.toContain("ANNOTATION_UNSUPPORTED");
    expect(JSON.parse(blob("annotated", rootOf("annotated")))).toMatchObject({ layers: {}, annotations });
    await make(`oci:${at("both")}`, "metadata: {reasons: attestation}\n");
    const index = blob("both", rootOf("both"));
    expect(JSON.parse(index)).toMatchObject({ annotations });
    const [image] = parsed(indexSchema, index).manifests;
    expect(image?.digest).toBe(rootOf("annotated").digest);
    await build(`dir:${at("tree")}`, `oci:${at("bare")}`, ["-t", "app:1"]);
    expect(blob("bare", rootOf("bare"))).not.toContain("annotations");
    const elsewhere = await make(`docker-archive:${at("annotated.tar")}`);
    expect(elsewhere.err).toContain(
      "ANNOTATION_UNSUPPORTED (warning): cannot annotate the image: outputs of the kind docker-archive keep no manifest",
    );
    expect(elsewhere.err).toContain("pith.yaml:7:1");
  });

  it("prints its result as JSON", async () => {
    const { out } = await build(`dir:${at("tree")}`, `tar:${at("out.tar")}`, ["--json"]);
    expect(JSON.parse(out)).toMatchObject({ layers: [{ name: "system" }, { name: "app" }], figures: { files: 7 } });
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const interruption = new AbortController();
    interruption.abort();
    const args = ["build", "--source", `main=dir:${at("tree")}`, "-o", "oci-archive:out.tar", ...platform];
    const { code, folder: own } = await pith(args, { files, signal: interruption.signal });
    expect(code).toBe(130);
    expect(fs.readdirSync(own).toSorted()).toEqual(Object.keys(files).toSorted());
  });
});

const source = () => `main=dir:${at("tree")}`;
const out = ["-o", "tar:out.tar"];

describe("what is wrong is told", () => {
  it.each<readonly [finding: string, code: number, args: () => readonly string[]]>([
    ["SOURCE_NEEDED: cannot make the builder main: its base image is not here", 1, () => out],
    ["USAGE_INVALID: cannot build: the image has neither a name nor a place", 2, () => ["--source", source()]],
    ['OUTPUT_INVALID: cannot write to "here": it is of no kind that Pith knows', 2, () => ["-o", "here"]],
    ["OUTPUT_INVALID: cannot write ", 2, () => ["--source", source(), "-o", `dir:${at("tree")}`]],
    ["OUTPUT_INVALID: cannot write ", 2, () => ["--source", source(), "-o", `oci:${at("tree")}`]],
    ["OUTPUT_INVALID: cannot write ", 2, () => ["--source", source(), "-o", `tar:${at("tree")}`]],
    ['USAGE_INVALID: cannot compress with "xz": Pith does not know it', 2, () => [...out, "--compression", "xz"]],
    [
      "USAGE_INVALID: cannot use --source other=dir:/: the spec has no builder other",
      2,
      () => [...out, "--source", "other=dir:/"],
    ],
    [
      'SOURCE_INVALID: cannot use the source "oci:": it is of no kind that Pith knows',
      2,
      () => [...out, "--source", "main=oci:"],
    ],
    [
      "SOURCE_INVALID: cannot use the source dir:nowhere: there is no such directory",
      2,
      () => [...out, "--source", "main=dir:nowhere"],
    ],
    [
      "SOURCE_INVALID: cannot use the source docker-archive:nowhere: there is no such file",
      2,
      () => [...out, "--source", "main=docker-archive:nowhere"],
    ],
    [
      "IMAGE_PLATFORM_MISSING: cannot use oci:LAYOUT: it is an image for linux/amd64, and the build is for linux/arm64",
      1,
      () => [...out, "--source", `main=oci:${at("layout")}`, "--platform", "linux/arm64"],
    ],
    ["CONTEXT_INVALID: cannot use the build context ", 1, () => ["nowhere", ...out, "--source", source()]],
  ])("%s", async (finding, code, args) => {
    const result = await pith(["build", ...platform.filter(() => !args().includes("--platform")), ...args()], {
      files,
    });
    expect(result.err.replaceAll(at("layout"), "LAYOUT")).toContain(finding);
    expect(result.code).toBe(code);
  });

  it("what takes an engine", async () => {
    const steps = { ...files, "pith.yaml": `${spec}packages: [curl]\n` };
    const result = await pith(["build", ...out], { files: steps });
    expect(result.err).toContain(
      "SOURCE_NEEDED: cannot make the builder main: it has the step packages, which takes an engine",
    );
    const verified = { ...files, "pith.yaml": `${spec}verify: [{run: [/usr/bin/tool]}]\n` };
    const checked = await pith(["build", "--source", source(), ...out, ...platform], { files: verified });
    expect(checked.err).toContain("VERIFY_NOT_RUN (warning): cannot run the checks of verify");
    expect(checked.code).toBe(0);
  });
  it("everything that is missing at once, and what is missing before anything else", async () => {
    const text = `builders: {main: {from: base, packages: [curl]}, other: {from: base, build: [make]}}
interpreter: node
app: {src: ., dest: /srv}
files: {/srv/made: {from: other, src: /made}}
policy: {forbid: [file-capability]}
`;
    const missing = { "pith.yaml": text, "package-lock.json": "{}" };
    const { code, err } = await pith(["resolve", ...platform], { files: missing });
    expect(err.split("\n").filter((line) => /^[A-Z]/u.test(line))).toEqual([
      "SOURCE_NEEDED: cannot make the builder main: it has the step packages, which takes an engine",
      'SOURCE_NEEDED: cannot make the builder other: it has the step "make", which takes an engine',
      "SOURCE_NEEDED: cannot install the application's dependencies: npm takes an engine",
    ]);
    expect(code).toBe(1);
  });

  it("a report as a target", async () => {
    const { code, err } = await pith(["build", "--target", "sbom", "--source", source(), ...out], { files });
    expect(err).toContain("USAGE_INVALID: cannot make the target sbom: it takes an engine");
    expect(code).toBe(2);
  });
});

describe("the policy file-capability", () => {
  const judged = { ...files, "pith.yaml": `${spec}policy: {forbid: [file-capability]}\n` };
  const refused = "POLICY_FORBIDDEN: cannot ship /usr/bin/tool: policy forbids file-capability";
  // capabilities(7): revision 2, cap_net_bind_service.
  const record = "SCHILY.xattr.security.capability=\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0\n";
  const members = fixtureMembers(builder);
  const withCapability = () => {
    const length = record.length + 3;
    const pax = special("x", `${String(length)} ${record}`);
    return Buffer.concat([pax, archive(members)]);
  };

  it.each<readonly [string, () => Buffer, number]>([
    ["refuses a file of a layer that has one", withCapability, 1],
    ["holds where none has one", () => archive(members), 0],
  ])("%s", async (_, layer, expected) => {
    const layout = makeProject({});
    writeTestLayout(layout.path("layout"), [layer()]);
    const args = ["build", "--source", `main=oci:${layout.path("layout")}`, ...out, ...platform];
    const { code, err } = await pith(args, { files: judged });
    expect(err.includes(refused)).toBe(expected === 1);
    expect(code).toBe(expected);
  });

  it("is checked in directories, as far as GNU tar is there", async () => {
    const args = ["build", "--source", source(), ...out, ...platform];
    expect(await pith(args, { files: judged })).toMatchObject({ code: 0 });
    vi.stubEnv("PATH", "/nowhere");
    const { code, err } = await pith(args, { files: judged });
    vi.unstubAllEnvs();
    expect(err).toContain(
      "POLICY_UNCHECKED: cannot check the policy file-capability: nothing here reads extended attributes of directories\n  pith.yaml:7:19\n",
    );
    expect(code).toBe(1);
  });
});

describe("the target debug", () => {
  const boxed = `${builder}  //- /usr/bin/busybox 0755 elf=x86_64\n`;
  const layout = makeProject({});
  const from = ["--source", `main=oci:${layout.path("layout")}`];
  const layersOf = async (args: readonly string[], text = spec) => {
    const given = { ...files, "pith.yaml": text };
    const result = await pith(["build", "--json", ...from, ...platform, ...args], { files: given });
    return { ...result, layers: result.code === 0 ? parsed(layersSchema, result.out).layers : [] };
  };
  beforeAll(() => {
    writeTestLayout(layout.path("layout"), [archive(fixtureMembers(boxed))]);
  });

  it("is the main image's layers, and busybox over them", async () => {
    const { layers } = await layersOf(out);
    const debug = await layersOf([...out, "--target", "debug"]);
    expect(debug.layers.slice(0, -1)).toEqual(layers);
    expect(debug.layers.map(({ name }) => name)).toEqual(["system", "app", "tools"]);
    const location = layout.path("tools.tar");
    await layersOf(["-o", `docker-archive:${location}`, "--target", "debug"]);
    const lines = await dump(`docker-archive:${location}`);
    expect(lines.toSorted()).toEqual([...treeLines, "/usr/bin/busybox file 755"].toSorted());
  });

  it("has the tools and settings that the spec names", async () => {
    const text = `${spec}targets: {debug: {add: {files: {/etc/more: {content: more}}}}}\n`;
    const { layers } = await layersOf(out, text);
    const debug = await layersOf([...out, "--target", "debug"], text);
    expect(debug.layers.slice(0, -1)).toEqual(layers);
    expect(debug.layers.length).toBe(3);
  });

  it("tells where the builder has no busybox", async () => {
    const args = ["build", "--source", source(), ...platform, ...out, "--target", "debug"];
    const { code, err } = await pith(args, { files });
    expect(err).toContain("PROGRAM_MISSING: cannot make the target debug: the builder has no busybox");
    expect(code).toBe(1);
  });
});
