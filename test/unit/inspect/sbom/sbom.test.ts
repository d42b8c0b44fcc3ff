import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Manifest } from "../../../../src/inspect/manifest/manifest.ts";
import { printCycloneDx } from "../../../../src/inspect/sbom/cyclonedx.ts";
import { scannerPurl, supplierOf } from "../../../../src/inspect/sbom/package-identity.ts";
import { describePacked } from "../../../../src/inspect/sbom/packed-image.ts";
import { makeSbom } from "../../../../src/inspect/sbom/sbom.ts";
import { printSpdx } from "../../../../src/inspect/sbom/spdx.ts";
import { printSpdx3 } from "../../../../src/inspect/sbom/spdx3.ts";
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
  dependencies: [
    {
      from: "builder:main",
      to: "dpkg:zlib1g",
      by: "/opt/tool",
      why: "needs libz.so.1",
      through: "/usr/lib/libz.so.1",
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

const subject = { name: "shop", version: "2.1", vendor: "Example", url: "https://example.org" };
const making = {
  toolVersion: "1.0",
  digestsOf: ({ path }: { readonly path: string }) => ({
    sha1: createHash("sha1").update(path).digest("hex"),
    sha256: createHash("sha256").update(path).digest("hex"),
    sha512: createHash("sha512").update(path).digest("hex"),
  }),
};
const sbom = makeSbom(manifest, { ...making, subject });

it("has every file in one part, each part with its package or its origin", () => {
  expect(sbom.parts.map(({ id, files }) => `${id}: ${files.map(({ path }) => path).join(" ")}`)).toEqual([
    "builder:main: /opt/tool",
    "dpkg:zlib1g: /usr/lib/libz.so.1",
    "pith: /etc/passwd",
  ]);
});

it("has a package of which no file ships by itself, as one whose files are linked into a program", () => {
  const linked = { id: "golang:x", name: "x", version: "v1", isSystem: false, purl: "pkg:golang/x@v1", licenses: [] };
  const digestsOf = () => ({ sha1: "", sha256: "", sha512: "" });
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
    {
      toolVersion: "1",
      digestsOf: ({ path }) => ({ sha1: path === "/opt/tool" ? first : second, sha256: "", sha512: "" }),
    },
  );
  const code = createHash("sha1").update(`${second}${first}`).digest("hex");
  expect(printSpdx(made)).toContain(`"packageVerificationCodeValue": "${code}"`);
});

it("tells scanners the source package in the address, where it is another one or has another version", () => {
  const system = { id: "x", isSystem: true, licenses: [] };
  const deb = { ...system, name: "libssl3", version: "3.5.1-1", purl: "pkg:deb/debian/libssl3@3.5.1-1?arch=amd64" };
  expect(scannerPurl({ ...deb, source: "openssl" })).toBe(`${deb.purl}&upstream=openssl`);
  expect(scannerPurl({ ...deb, source: "openssl (3.5.1-0)" })).toBe(`${deb.purl}&upstream=openssl%403.5.1-0`);
  expect(scannerPurl(deb)).toBe(deb.purl);
  const rpm = { ...system, name: "glibc-common", version: "2.39-1", purl: "pkg:rpm/fedora/glibc-common@2.39-1" };
  expect(scannerPurl({ ...rpm, source: "glibc (0:2.39-1)" })).toBe(`${rpm.purl}?upstream=glibc-2.39-1.src.rpm`);
  const npm = { ...system, isSystem: false, name: "ms", version: "2", purl: "pkg:npm/ms@2", source: "other" };
  expect(scannerPurl(npm)).toBe(npm.purl);
});

it("takes the owner of a namespace as the supplier where a package names none", () => {
  const record = { id: "x", isSystem: false, name: "x", version: "1", licenses: [] };
  expect(supplierOf({ ...record, purl: "pkg:golang/github.com/spf13/cobra@v1" })).toBe("github.com/spf13");
  expect(supplierOf({ ...record, purl: "pkg:npm/%40babel/core@7" })).toBe("@babel");
  expect(supplierOf({ ...record, purl: "pkg:npm/ms@2" })).toBeUndefined();
  expect(supplierOf({ ...record, purl: "pkg:npm/ms@2", supplier: "Vercel" })).toBe("Vercel");
});

it("names the image and its application by what the application calls itself, where the spec says nothing", () => {
  const path = toAbsPath("/app/main.js");
  const own = { ...base, path, kind: "file", tree: { id: "app", path } } as const;
  const application = { name: "shop", version: "3.0", license: "MIT", supplier: "Example" };
  const made = makeSbom({ ...manifest, application, entries: [own] }, making);
  expect(made.subject).toEqual({ name: "shop", version: "3.0", supplier: undefined, url: undefined });
  expect(made.parts.find(({ id }) => id === "app")).toMatchObject({
    name: "shop",
    version: "3.0",
    supplier: "Example",
    license: { expression: "MIT" },
  });
  expect(makeSbom({ ...manifest, application }, { ...making, subject }).subject.name).toBe("shop");
  expect(makeSbom({ ...manifest, application }, { ...making, subject: { name: "title" } }).subject.name).toBe("title");
});

it("describes the image as it is stored, where that is known", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const shown = ["registry.example:5000/Team/shop:2.1", "shop:1", "shop", "registry.example/shop", undefined].map(
    (name) => describePacked({ digest, name }).purl?.replace(/a{64}/u, "A"),
  );
  expect(shown).toEqual([
    "pkg:oci/shop@sha256:A?repository_url=registry.example:5000%2Fteam%2Fshop&tag=2.1",
    "pkg:oci/shop@sha256:A?tag=1",
    undefined,
    "pkg:oci/shop@sha256:A?repository_url=registry.example%2Fshop",
    undefined,
  ]);
  const packed = describePacked({ digest, name: "shop:1" });
  const stored = { ...sbom, subject: { ...sbom.subject, packed } };
  for (const print of [printSpdx, printSpdx3, printCycloneDx]) {
    expect(print(sbom)).not.toContain("a".repeat(64));
    expect(print(stored).split("a".repeat(64)).length).toBe(3);
  }
});

it("says of a package that only its settings ship, in every format", () => {
  const path = toAbsPath("/etc/zlib.conf");
  const setting = { ...base, path, kind: "file", mode: 0o644, owner: "dpkg:zlib1g" } as const;
  const print = (entries: Manifest["entries"]): readonly boolean[] => {
    const made = makeSbom({ ...manifest, dependencies: [], entries }, making);
    return [printSpdx, printSpdx3, printCycloneDx].map((printed) => printed(made).includes("Only configuration"));
  };
  expect(print([setting])).toEqual([true, true, true]);
  expect(print([{ ...setting, mode: 0o755 }])).toEqual([false, false, false]);
  expect(print([...manifest.entries, setting])).toEqual([false, false, false]);
});

const spdxSchema = z.looseObject({
  creationInfo: z.looseObject({ created: z.string(), comment: z.string().optional() }),
  packages: z.array(
    z.looseObject({ SPDXID: z.string(), name: z.string(), versionInfo: z.string(), supplier: z.string() }),
  ),
  relationships: z.array(z.looseObject({ relatedSpdxElement: z.string() })),
});
const component = z.looseObject({
  "bom-ref": z.string(),
  name: z.string(),
  version: z.string(),
  supplier: z.looseObject({ name: z.string() }),
});
const cycloneDxSchema = z.looseObject({
  metadata: z.looseObject({
    timestamp: z.string().optional(),
    tools: z.looseObject({ components: z.array(z.unknown()) }),
    component,
  }),
  components: z.array(component),
  dependencies: z.array(z.looseObject({ ref: z.string() })),
});

/** NTIA, 2021: the minimum elements of an SBOM, table 1. */
it("has NTIA's minimum elements in both formats", () => {
  const given = makeSbom({ ...manifest, epochSeconds: 1_700_000_000 }, { ...making, subject });
  const spdx = spdxSchema.parse(JSON.parse(printSpdx(given)));
  expect(spdx.creationInfo).toEqual({ created: "2023-11-14T22:13:20Z", creators: ["Tool: pith-1.0"] });
  const ofImage = makeSbom(manifest, { ...making, subject: { ...subject, createdSeconds: 1_600_000_000 } });
  const { creationInfo } = spdxSchema.parse(JSON.parse(printSpdx(ofImage)));
  expect(creationInfo).toEqual({ created: "2020-09-13T12:26:40Z", creators: ["Tool: pith-1.0"] });
  for (const one of spdx.packages) {
    expect(one.name).not.toBe("");
    expect(one.versionInfo).not.toBe("");
    expect(one.supplier).toMatch(/^Organization: ./u);
    const hasRelation = spdx.relationships.some(({ relatedSpdxElement }) => relatedSpdxElement === one.SPDXID);
    expect(hasRelation).toBe(true);
  }
  expect(new Set(spdx.packages.map(({ SPDXID }) => SPDXID)).size).toBe(spdx.packages.length);
  const cycloneDx = cycloneDxSchema.parse(JSON.parse(printCycloneDx(given)));
  expect(cycloneDx.metadata.timestamp).toBe("2023-11-14T22:13:20Z");
  expect(cycloneDx.metadata.tools.components).toEqual([{ type: "application", name: "pith", version: "1.0" }]);
  const components = [cycloneDx.metadata.component, ...cycloneDx.components];
  for (const one of components) {
    expect([one.name, one.version, one.supplier.name]).not.toContain("");
    expect(cycloneDx.dependencies.some(({ ref }) => ref === one["bom-ref"])).toBe(true);
  }
});

const bsiFile = z.looseObject({
  name: z.string().startsWith("/"),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })),
  properties: z.array(z.object({ name: z.string(), value: z.string() })),
});
const bsiSchema = z.looseObject({
  specVersion: z.literal("1.6"),
  metadata: z.looseObject({
    timestamp: z.iso.datetime(),
    manufacturer: z.object({ name: z.string().min(1), url: z.array(z.url()).min(1) }),
  }),
  components: z.array(
    z.looseObject({
      type: z.string(),
      name: z.string().min(1),
      version: z.string().min(1),
      purl: z.string().optional(),
      supplier: z.looseObject({ name: z.string(), contact: z.array(z.looseObject({ email: z.email() })).optional() }),
      licenses: z.array(z.object({ expression: z.string() })).optional(),
      components: z.array(bsiFile).optional(),
    }),
  ),
  dependencies: z.array(z.looseObject({ ref: z.string() })),
});

/** BSI TR-03183-2, 2.0: what an SBOM and each of its components have to state. */
it("has the fields of BSI TR-03183-2 in CycloneDX", () => {
  const given = makeSbom({ ...manifest, epochSeconds: 1_700_000_000 }, { ...making, subject });
  const found = bsiSchema.parse(JSON.parse(printCycloneDx(given)));
  const deb = found.components.find(({ purl }) => purl?.startsWith("pkg:deb/") === true);
  // Where a package names its maker with an address, so does the component.
  expect(deb).toMatchObject({
    supplier: { name: "Mark Brown", contact: [{ name: "Mark Brown", email: "broonie@debian.org" }] },
    licenses: [{ expression: "LicenseRef-home-made AND Zlib" }],
  });
  const files = found.components.flatMap(({ components = [] }) => components);
  expect(files.map(({ name }) => name).toSorted()).toEqual(["/etc/passwd", "/opt/tool", "/usr/lib/libz.so.1"]);
  for (const { hashes, properties, name } of files) {
    expect(hashes.find(({ alg }) => alg === "SHA-512")?.content).toMatch(/^[0-9a-f]{128}$/u);
    expect(Object.fromEntries(properties.map((one) => [one.name.replace("bsi:component:", ""), one.value]))).toEqual({
      archive: "no archive",
      executable: "executable",
      filename: name.slice(name.lastIndexOf("/") + 1),
      structured: "unstructured",
    });
  }
  const refs = found.dependencies.map(({ ref }) => ref);
  expect(refs).toHaveLength(new Set(refs).size);
});

it("tells archives from other files", () => {
  const path = toAbsPath("/app/lib/a.jar");
  const entries = [{ ...base, mode: 0o644, path, kind: "file" as const, tree: { id: "app", path } }];
  const printed = printCycloneDx(makeSbom({ ...manifest, dependencies: [], entries }, making));
  for (const value of ["archive", "non-executable", "a.jar", "structured"]) {
    expect(printed).toContain(`"value": "${value}"`);
  }
});

it("says that a time is none where the build was given none", () => {
  const spdx = spdxSchema.parse(JSON.parse(printSpdx(sbom)));
  expect(spdx.creationInfo.comment).toContain("not when it was made");
  const cycloneDx = cycloneDxSchema.parse(JSON.parse(printCycloneDx(sbom)));
  expect(cycloneDx.metadata.timestamp).toBeUndefined();
});

it("is written as SPDX", async () => {
  await expect(printSpdx(sbom)).toMatchFileSnapshot("fixtures/sbom.spdx.json");
});

it("is written as SPDX 3", async () => {
  await expect(printSpdx3(sbom)).toMatchFileSnapshot("fixtures/sbom.spdx3.json");
});

it("has every element of SPDX 3 once, and no relation to what is not there", () => {
  const schema = z.object({
    "@context": z.string(),
    "@graph": z.array(z.looseObject({ spdxId: z.string().optional() })),
  });
  const graph = schema.parse(JSON.parse(printSpdx3(sbom)))["@graph"];
  const ids = graph.flatMap(({ spdxId }) => spdxId ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  const named = JSON.stringify(graph).match(/https:\/\/spdx\.org\/spdxdocs[^"]*/gu) ?? [];
  expect(named.filter((id) => !ids.includes(id))).toEqual([]);
});

it("is written as CycloneDX", async () => {
  await expect(printCycloneDx(sbom)).toMatchFileSnapshot("fixtures/sbom.cdx.json");
});
