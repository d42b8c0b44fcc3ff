import { expect, test } from "vitest";
import type { Manifest, ManifestEntry } from "../../../../src/inspect/manifest/manifest.ts";
import { findBundled } from "../../../../src/inspect/sbom/bundled.ts";
import { printCycloneDx } from "../../../../src/inspect/sbom/cyclonedx.ts";
import { knownLibraries } from "../../../../src/inspect/sbom/known-libraries.ts";
import { makeSbom } from "../../../../src/inspect/sbom/sbom.ts";
import { printSpdx } from "../../../../src/inspect/sbom/spdx.ts";
import { printSpdx3 } from "../../../../src/inspect/sbom/spdx3.ts";
import { refusedAnswer } from "../../../../src/plan/closure-exchange.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { writeElf } from "../../../support/elf-writer.ts";

type Content = string | Uint8Array;

/** An image of files, each with its owner. */
function imageOf(files: Readonly<Record<string, readonly [owner: string | undefined, content: Content]>>): Manifest {
  const entries = Object.entries(files).map(([name, [owner, content]]): ManifestEntry => {
    const path = toAbsPath(name);
    const common = { mode: 0o755, uid: 0, gid: 0, layer: "app", folder: "app" } as const;
    const reason = { from: "#/app", why: "names it", evidence: "user" } as const;
    const tree = { id: "builder:main", path };
    const own = owner === undefined ? {} : { owner };
    return { ...common, ...own, path, kind: "file", sizeBytes: content.length, reason, tree };
  });
  const owners = [...new Set(Object.values(files).flatMap(([owner]) => owner ?? []))];
  const { figures, config } = refusedAnswer([]);
  return {
    version: 1,
    architecture: "amd64",
    epochSeconds: 0,
    figures,
    config,
    layers: [],
    packages: owners.map((id) => {
      const name = id.slice(id.indexOf(":") + 1);
      const isSystem = id.startsWith("dpkg:");
      return { id, isSystem, name, version: "1", purl: `pkg:generic/${name}@1`, licenses: [] };
    }),
    entries,
  };
}

/** A library with texts of others in it. */
const library = (texts: readonly string[], needed: readonly string[] = []): Uint8Array =>
  writeElf({ machine: "x86_64", needed, strings: texts });

async function found(files: Parameters<typeof imageOf>[0]): Promise<readonly string[]> {
  const bundled = await findBundled(imageOf(files), ({ path }) => Buffer.from(files[path]?.[1] ?? ""));
  return bundled.map(({ record, holder, path, evidence }) => {
    return `${record.name} ${record.version} in ${path} of ${holder}: ${evidence.technique} ${String(evidence.confidence)}`;
  });
}

const openssl = "OpenSSL 3.0.13 30 Jan 2024";
const samples: Readonly<Record<string, readonly [texts: readonly string[], version: string]>> = {
  bzip2: [["bzip2/libbzip2: internal error", "1.0.8, 13-Jul-2019"], "1.0.8"],
  curl: [["libcurl/8.5.0"], "8.5.0"],
  expat: [["expat_2.6.2"], "2.6.2"],
  icu: [["icudt78_dat"], "78"],
  libarchive: [["libarchive 3.8.9"], "3.8.9"],
  "libjpeg-turbo": [["libjpeg-turbo version 3.0.1 (build 20240101)"], "3.0.1"],
  libpng: [["libpng version 1.6.43"], "1.6.43"],
  libssh2: [["SSH-2.0-libssh2_1.11.0"], "1.11.0"],
  libtiff: [["LIBTIFF, Version 4.6.0"], "4.6.0"],
  libxml2: [["XML_CATALOG_FILES", "21207"], "2.12.7"],
  nghttp2: [["nghttp2/1.58.0"], "1.58.0"],
  openssl: [[openssl], "3.0.13"],
  pcre2: [["PCRE2_x", "10.42 2022-12-11"], "10.42"],
  sqlite: [["SQLite format 3", "3.45.1"], "3.45.1"],
  zlib: [[" deflate 1.3.1 Copyright 1995-2024 Jean-loup Gailly and Mark Adler "], "1.3.1"],
};

test("each known library is known by what stands in it, and by nothing of the others", async () => {
  expect(Object.keys(samples)).toEqual(knownLibraries.map(({ name }) => name));
  for (const { name, confidence } of knownLibraries) {
    const [texts, version] = samples[name] ?? [[], ""];
    const line = `${name} ${version} in /app/x.so of pypi:wheel: binary-analysis ${String(confidence)}`;
    expect(await found({ "/app/x.so": ["pypi:wheel", library(texts)] })).toEqual([line]);
  }
});

test("who uses a library from outside does not have it", async () => {
  expect(await found({ "/app/x.so": ["pypi:wheel", library([openssl], ["libcrypto.so.3"])] })).toEqual([]);
  expect(await found({ "/app/x.so": ["pypi:wheel", library([openssl], ["libc.so.6"])] })).toHaveLength(1);
});

test("files of a distribution's packages, texts and other files have none", async () => {
  expect(await found({ "/usr/lib/x.so": ["dpkg:x", library([openssl])] })).toEqual([]);
  expect(
    await found({ "/app/notes": [undefined, `${openssl} in a text, which is longer than a header is`.repeat(3)] }),
  ).toEqual([]);
  expect(await found({ "/app/x.so": [undefined, library(["OpenSSL 3.x is needed"])] })).toEqual([]);
});

test("lists beside addons and names of files below .libs tell the rest", async () => {
  const files = {
    "/app/node_modules/@img/lib/versions.json": ["npm:@img/lib", '{"xml2": "2.15.4", "vips": "8.18.7", "note": "x"}'],
    "/app/pillow.libs/libgfortran-91cc3cb1.so.5.0.0": ["pypi:pillow", library([])],
    "/app/pillow.libs/libz-7c7a1b2c.so.1.3.1": ["pypi:pillow", library([" deflate 1.3.1 Copyright "])],
    "/app/other/libodd-91cc3cb1.so.5.0.0": ["pypi:pillow", library([])],
    "/app/versions.json": [undefined, '{"a": {"b": "1.0"}}'],
  } as const;
  expect(await found(files)).toEqual([
    "libgfortran 5.0.0 in /app/pillow.libs/libgfortran-91cc3cb1.so.5.0.0 of pypi:pillow: filename 0.3",
    "libvips 8.18.7 in /app/node_modules/@img/lib/versions.json of npm:@img/lib: manifest-analysis 0.9",
    "libxml2 2.15.4 in /app/node_modules/@img/lib/versions.json of npm:@img/lib: manifest-analysis 0.9",
    "zlib 1.3.1 in /app/pillow.libs/libz-7c7a1b2c.so.1.3.1 of pypi:pillow: binary-analysis 0.9",
  ]);
});

test("an SBOM has them as components with their confidence, and who holds them", async () => {
  const files = {
    "/app/a.so": ["pypi:wheel", library([openssl])],
    "/app/b.so": ["pypi:wheel", library([openssl])],
  } as const;
  const manifest = imageOf(files);
  const bundled = await findBundled(manifest, ({ path }) =>
    Buffer.from(path === "/app/a.so" ? files["/app/a.so"][1] : files["/app/b.so"][1]),
  );
  const digests = { sha1: "0".repeat(40), sha256: "0".repeat(64), sha512: "0".repeat(128) };
  const sbom = makeSbom(manifest, { toolVersion: "1", bundled, digestsOf: () => digests });
  expect(sbom.parts.map(({ id, files: own }) => `${id} ${String(own.length)}`)).toEqual([
    "bundled:openssl@3.0.13 0",
    "pypi:wheel 2",
  ]);
  expect(sbom.dependencies).toEqual([
    {
      from: "pypi:wheel",
      to: "bundled:openssl@3.0.13",
      by: "/app/a.so",
      why: `has "${openssl}" inside`,
      through: "/app/a.so",
    },
  ]);
  const cycloneDx = printCycloneDx(sbom);
  expect(cycloneDx).toContain('"technique": "binary-analysis"');
  expect(cycloneDx).toContain('"cpe": "cpe:2.3:a:openssl:openssl:3.0.13:*:*:*:*:*:*:*"');
  for (const printed of [printSpdx(sbom), printSpdx3(sbom)]) {
    expect(printed).toContain(`Known by binary-analysis with a confidence of 0.9: ${openssl}`);
  }
});
