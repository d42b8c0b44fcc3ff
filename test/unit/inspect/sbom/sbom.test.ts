import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import type { Manifest } from "../../../../src/inspect/manifest/manifest.ts";
import { printCycloneDx } from "../../../../src/inspect/sbom/cyclonedx.ts";
import { makeSbom } from "../../../../src/inspect/sbom/sbom.ts";
import { printSpdx } from "../../../../src/inspect/sbom/spdx.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";

const base = {
  mode: 0o755,
  uid: 0,
  gid: 0,
  sizeBytes: 1,
  layer: "system",
  folder: "system",
  reason: { from: "#/binaries/0", why: "asks for it", evidence: "user" },
} as const;

const manifest: Manifest = {
  version: 1,
  architecture: "amd64",
  epochSeconds: 315_532_800,
  distribution: { id: "debian", version: "13.2" },
  figures: {
    files: 3,
    bytes: 3,
    bytecodeFiles: 0,
    bytecodeBytes: 0,
    executables: 3,
    unpackagedFiles: 1,
    packages: 1,
    builderPackages: 2,
    builderFiles: 9,
    builderBytes: 9,
  },
  config: { entrypoint: [], cmd: [], path: "/usr/bin", env: {}, user: "0:0" },
  layers: ["system"],
  packages: [
    {
      id: "dpkg:zlib1g",
      isSystem: true,
      name: "zlib1g",
      version: "1:1.3-1+b1",
      architecture: "amd64",
      source: "zlib (1:1.3-1)",
      purl: "pkg:deb/debian/zlib1g@1.3-1%2Bb1?arch=amd64&distro=debian-13.2&epoch=1",
      supplier: "Mark Brown <broonie@debian.org>",
      homepage: "http://zlib.net/",
      licenses: ["Zlib", "home-made"],
    },
  ],
  entries: [
    { ...base, path: toAbsPath("/etc/passwd"), kind: "file" },
    { ...base, path: toAbsPath("/lib"), kind: "symlink", target: "usr/lib" },
    {
      ...base,
      path: toAbsPath("/opt/tool"),
      kind: "file",
      tree: { id: "builder:main", path: toAbsPath("/opt/tool") },
    },
    {
      ...base,
      path: toAbsPath("/usr/lib/libz.so.1"),
      kind: "file",
      tree: { id: "builder:main", path: toAbsPath("/usr/lib/libz.so.1") },
      owner: "dpkg:zlib1g",
    },
  ],
};

const sbom = makeSbom(manifest, {
  toolVersion: "1.0",
  digestsOf: ({ path }) => ({
    sha1: createHash("sha1").update(path).digest("hex"),
    sha256: createHash("sha256").update(path).digest("hex"),
  }),
});

it("has every file in one part, each part with its package or its origin", () => {
  expect(sbom.parts.map(({ id, files }) => `${id}: ${files.map(({ path }) => path).join(" ")}`)).toEqual([
    "builder:main: /opt/tool",
    "dpkg:zlib1g: /usr/lib/libz.so.1",
    "pith: /etc/passwd",
  ]);
});

it("has a package of which no file ships by itself, as one whose files are linked into a program", () => {
  const linked = { id: "golang:x", name: "x", version: "v1", isSystem: false, purl: "pkg:golang/x@v1", licenses: [] };
  const digestsOf = () => ({ sha1: "", sha256: "" });
  const { parts } = makeSbom(
    { ...manifest, packages: [...manifest.packages, linked] },
    { toolVersion: "1", digestsOf },
  );
  expect(parts.find(({ id }) => id === linked.id)).toMatchObject({ name: "x", record: linked, files: [] });
});

it("has a verification code of SPDX that does not depend on the order of files", () => {
  const [first, second] = ["b".repeat(40), "a".repeat(40)] as const;
  const paths = ["/opt/tool", "/opt/tool2"].map((path) => toAbsPath(path));
  const entries = paths.map((path) => ({ ...base, path, kind: "file" as const, tree: { id: "builder:main", path } }));
  const made = makeSbom(
    { ...manifest, packages: [], entries },
    { toolVersion: "1", digestsOf: ({ path }) => ({ sha1: path === "/opt/tool" ? first : second, sha256: "" }) },
  );
  const code = createHash("sha1").update(`${second}${first}`).digest("hex");
  expect(printSpdx(made)).toContain(`"packageVerificationCodeValue": "${code}"`);
});

it("is written as SPDX", async () => {
  await expect(printSpdx(sbom)).toMatchFileSnapshot("fixtures/sbom.spdx.json");
});

it("is written as CycloneDX", async () => {
  await expect(printCycloneDx(sbom)).toMatchFileSnapshot("fixtures/sbom.cdx.json");
});
