import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { parseLimit } from "../../../src/cli/registry-images.ts";
import { archive } from "../../support/archive.ts";
import { pith } from "../../support/command-line.ts";
import { dockerSave, fixtureMembers, writeTestLayout } from "../../support/image-archive.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory-registry.ts";

const members = fixtureMembers(`
  //- /usr/bin/tool 0755 elf=x86_64 loader
  //- /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 0755 elf=x86_64
  //- /lib64 -> usr/lib64
  //- /usr/lib64/ld-linux-x86-64.so.2 -> ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
`);
const spec = "from: base\nbinaries: [/usr/bin/tool]\n";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-registry-"));
const layers = [archive(members.slice(0, 1)), archive(members.slice(1))];
writeTestLayout(path.join(folder, "layout"), layers, { config: { Env: ["PATH=/usr/bin"], User: "7" } });
fs.writeFileSync(path.join(folder, "save.tar"), dockerSave(layers));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

let registry: MemoryRegistry;
beforeEach(async () => {
  registry = await startMemoryRegistry();
  vi.stubEnv("XDG_CACHE_HOME", path.join(folder, "cache"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await registry.close();
});

const files = { "pith.yaml": spec };
const platform = ["--platform", "linux/amd64"];

it("builds from an image of a registry into a registry, the same as from a layout", async () => {
  const builder = `${registry.host}/builder:1`;
  expect((await pith(["push", "-q", `oci:${folder}/layout`, builder])).code).toBe(0);
  const made: string[] = [];
  for (const source of [builder, `registry:${builder}`, `oci:${folder}/layout`]) {
    const tag = `${registry.host}/app:${String(made.length)}`;
    const built = await pith(["build", "-q", "--source", `main=${source}`, "-o", tag, ...platform], { files });
    expect(built).toMatchObject({ code: 0, err: "" });
    made.push((await pith(["inspect", "--json", tag])).out);
  }
  expect(new Set(made).size).toBe(1);
  // The second time, its layers come from the cache.
  const reads = registry.seen.filter(({ method, url }) => method === "GET" && url.startsWith("/v2/builder/blobs/"));
  expect(reads).toHaveLength(3);
});

it("takes the same names in every command that reads an image", async () => {
  const name = `${registry.host}/app:1`;
  expect((await pith(["push", "-q", `oci:${folder}/layout`, name])).code).toBe(0);
  const engine = "no-such-image-of-an-engine";
  vi.stubEnv("DOCKER_HOST", `unix://${folder}/none.sock`);
  const commands: readonly (readonly [first: string, ...rest: readonly string[]])[] = [
    ["audit"],
    ["compare"],
    ["inspect"],
    ["copy", `oci:${folder}/copied`],
    ["save-rootfs", `${folder}/saved`],
  ];
  for (const [command, ...rest] of commands) {
    const options = command === "inspect" ? [] : platform;
    for (const image of [name, `registry:${name}`, `${folder}/save.tar`, `${folder}/layout`, `oci:${folder}/layout`]) {
      for (const made of rest) fs.rmSync(made.replace(/^oci:/u, ""), { recursive: true, force: true });
      const { code, err } = await pith([command, image, ...rest, "-q", ...options]);
      expect({ command, image, code, err }).toEqual({ command, image, code: 0, err: "" });
    }
    // What is not here is asked of the engine.
    const { code, err } = await pith([command, engine, ...rest, "-q", ...options]);
    expect({ command, code, err }).toEqual({ command, code: 2, err: expect.stringContaining("none.sock") as unknown });
  }
});

it("pushes what docker save has written", async () => {
  const pushed = await pith(["push", `docker-archive:${folder}/save.tar`, `${registry.host}/app:1`, ...platform]);
  expect(pushed.code).toBe(0);
  expect(pushed.out).toMatch(/^sha256:[a-f0-9]{64}\n$/u);
  const audited = await pith(["audit", `registry:${registry.host}/app:1`, ...platform]);
  expect(audited).toMatchObject({ code: 0 });
});

it("audits what is accepted, and reads the same names in each command", async () => {
  const archive = `${folder}/save.tar`;
  const fine = await pith(["audit", "-q", "--max-score", "100", archive, ...platform]);
  expect(fine).toMatchObject({ code: 0, err: "" });
  const refused = await pith(["audit", "--max-score", "0", "--fail-on=low", archive, ...platform]);
  expect(refused.code).toBe(1);
  expect(refused.out).toContain("attack surface");
  expect(refused.err).toMatch(/AUDIT_REFUSED: cannot accept save\.tar: its score is [\d.]+, and at most 0 is fine/u);
  for (const [option, value] of [
    ["--max-score", "much"],
    ["--fail-on", "sometimes"],
  ] as const) {
    const { code, err } = await pith(["audit", option, value, archive]);
    expect(code).toBe(2);
    expect(err).toContain("OPTION_INVALID");
  }
  const { out } = await pith(["inspect", archive]);
  expect(out).toBe((await pith(["inspect", `docker-archive:${archive}`])).out);
  expect((await pith(["inspect", `${folder}/layout`])).out).toBe((await pith(["inspect", `oci:${folder}/layout`])).out);
});

it("compares any number of images by the same names, in four forms", async () => {
  const name = `${registry.host}/builder:1`;
  await pith(["push", "-q", `oci:${folder}/layout`, name]);
  const operands = [name, `${folder}/save.tar`, `oci:${folder}/layout`];
  const { code, out } = await pith(["compare", ...operands, ...platform]);
  expect(code).toBe(0);
  expect(out).toMatch(/^packages +0 +0 +0$/mu);
  const csv = await pith(["compare", "--format", "csv", ...operands, ...platform]);
  expect(csv.out).toContain("executables,2,2,2\r\n");
  const json = await pith(["compare", "--json", ...operands, ...platform]);
  expect(JSON.parse(json.out)).toMatchObject({ version: 1, images: operands.map((one) => ({ name: one })) });
  const written = await pith(["compare", "--format", "markdown", "-o", "table.md", ...operands, ...platform]);
  expect(written.out).toBe("");
  expect(fs.readFileSync(path.join(written.folder, "table.md"), "utf8")).toContain("| packages | 0 | 0 | 0 |");
  const refused = await pith(["compare", "--format", "pdf", ...operands]);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('OPTION_INVALID: cannot print a comparison as "pdf": not a format');
});

it("tells what an image is made of", async () => {
  const name = `${registry.host}/builder:1`;
  const { out: digest } = await pith(["push", "-q", `oci:${folder}/layout`, name]);
  const { out } = await pith(["inspect", "--referrers", name]);
  expect(out.replaceAll(/sha256:[a-f0-9]{64}/gu, "DIGEST").replaceAll(/\d+ bytes/gu, "N bytes")).toBe(`digest     DIGEST
type       application/vnd.oci.image.manifest.v1+json
layer      DIGEST  N bytes
layer      DIGEST  N bytes
user       "7"
env        {"PATH":"/usr/bin"}
`);
  expect(out).toContain(digest);
  const { out: raw } = await pith(["inspect", "--raw", name]);
  expect(JSON.parse(raw)).toMatchObject({ schemaVersion: 2 });
});

it.each<readonly [args: readonly string[], code: number, finding: string]>([
  [["push", "oci:layout", "app"], 2, 'REGISTRY_REFERENCE: cannot push to "app": not a name with its registry'],
  [
    ["push", "localhost:1/a:1", "localhost:1/b:1"],
    2,
    "SOURCE_INVALID: cannot push localhost:1/a:1: it is in a registry already",
  ],
  [
    ["push", "docker-archive:absent.tar", "localhost:1/b:1"],
    2,
    "SOURCE_INVALID: cannot use the source docker-archive:absent.tar",
  ],
  ...["inspect", "audit"].map((command) => {
    const said = "SOURCE_INVALID: cannot read docker-daemon:debian: no Docker engine answers at ";
    return [[command, "debian"], 2, said] as const;
  }),
  [["copy", "debian", "debian"], 2, 'REGISTRY_REFERENCE: cannot use "debian" as an image'],
  [["inspect", "."], 2, 'SOURCE_INVALID: cannot use "." as an image: it is a directory'],
  [
    ["build", "--source", "main=localhost:1/a:1", "-o", "oci:out"],
    3,
    "REGISTRY_UNAVAILABLE: cannot read the manifest 1 of localhost:1/a",
  ],
])("%j fails with %i", async (args, code, finding) => {
  vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
  const result = await pith(args, { files });
  expect(result.err).toContain(finding);
  expect(result.code).toBe(code);
});

it("reads the limit of the cache", () => {
  expect(["10GB", "500MB", "0", "17"].map(parseLimit)).toEqual([1e10, 5e8, 0, 17]);
  expect(() => parseLimit("much")).toThrow("OPTION_INVALID");
});
