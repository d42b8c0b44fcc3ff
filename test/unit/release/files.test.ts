import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { z } from "zod";
import { layerFiles } from "../../../scripts/lib/saved-image.ts";
import { packArchive } from "../../../scripts/release/archive.ts";
import { addArtifact, joinImages, openLayout } from "../../../scripts/release/layout.ts";
import { printManifest } from "../../../scripts/release/npm-package.ts";
import { parseReleaseOptions } from "../../../scripts/release/options.ts";
import { printSpecTypes } from "../../../scripts/release/spec-types.ts";
import { printSums, sumFiles } from "../../../scripts/release/sums.ts";
import { notesOf, tagsOf } from "../../../scripts/release/versions.ts";

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "pith-files-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a version has tags from the one that moves most", () => {
  expect(tagsOf("1.4.2")).toEqual(["1", "1.4", "1.4.2", "edge"]);
  expect(tagsOf("2.0.0-rc.1")).toEqual(["2.0.0-rc.1", "edge"]);
  expect(() => tagsOf("1.4")).toThrow("a version is MAJOR.MINOR.PATCH");
});

test("notes are the part of the changelog", () => {
  const changelog =
    "# Changelog\n\n## [Unreleased]\n\n- new\n\n## [1.1.0] - 2026-01-02\n\n- a fix\n\n## [1.0.0] - 2025-01-02\n";
  expect(notesOf(changelog, { version: "1.1.0", isDryRun: false })).toBe("# Pith 1.1.0\n\n- a fix\n");
  expect(notesOf(changelog, { version: "1.2.0", isDryRun: true })).toContain("- new");
  expect(() => notesOf(changelog, { version: "1.2.0", isDryRun: false })).toThrow('no part "## [1.2.0] - DATE"');
});

test("an archive has npm's names, modes and time, and the same bytes each time", async () => {
  const files = [
    { name: "package.json", bytes: Buffer.from("{}") },
    { name: "pith.cjs", bytes: Buffer.from("program"), isProgram: true },
  ];
  const packed = packArchive(files);
  expect(packArchive(files)).toEqual(packed);
  const members = await layerFiles(gunzipSync(packed));
  expect(members.map(({ path, mode, uid, mtimeSeconds }) => [path, mode, uid, mtimeSeconds])).toEqual([
    ["/package/package.json", 0o644, 0, 499_162_500],
    ["/package/pith.cjs", 0o755, 0, 499_162_500],
  ]);
});

test("the package runs nothing while it is installed, and needs no other", () => {
  const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(printManifest("1.2.3", ["man/pith.1"])));
  expect(manifest).toMatchObject({
    name: "pith-image",
    version: "1.2.3",
    bin: { pith: "pith.cjs" },
    types: "index.d.ts",
  });
  expect(Object.keys(manifest)).not.toContain("scripts");
  expect(Object.keys(manifest)).not.toContain("dependencies");
});

test("types say what the schema says", () => {
  const schema = {
    $defs: {
      Spec: {
        type: "object",
        description: "All of it.",
        properties: {
          from: { anyOf: [{ type: "string" }, { $ref: "#/$defs/From" }] },
          args: { type: "object", additionalProperties: { type: ["string", "null"] } },
          other: { $ref: "#/$defs/Spec/properties/from" },
          kinds: { type: "array", items: { enum: ["a", 1] } },
        },
        required: ["from"],
      },
      From: { const: "scratch" },
    },
  };
  expect(printSpecTypes(JSON.stringify(schema))).toBe(`/** All of it. */
export type Spec = {
  readonly "from": string | From;
  readonly "args"?: Readonly<Record<string, string | null>>;
  readonly "other"?: Spec["from"];
  readonly "kinds"?: readonly ("a" | 1)[];
};

export type From = "scratch";
`);
});

test("sums name files as sha256sum does, in their order", () => {
  inFolder((folder) => {
    mkdirSync(join(folder, "b"));
    writeFileSync(join(folder, "b/x"), "");
    writeFileSync(join(folder, "a"), "");
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    expect(printSums(sumFiles(folder))).toBe(`${empty}  a\n${empty}  b/x\n`);
  });
});

test("layouts of one image each become one index with tags", () => {
  inFolder((folder) => {
    const parts = ["amd64", "arm64"].map((architecture) => {
      const part = openLayout(join(folder, architecture));
      const config = part.add(
        Buffer.from(`{"architecture":"${architecture}"}`),
        "application/vnd.oci.image.config.v1+json",
      );
      const layer = part.add(Buffer.from(architecture), "application/vnd.oci.image.layer.v1.tar");
      part.tag([["1", addArtifact(part, { config, layers: [layer] })]]);
      return part.folder;
    });
    const joined = openLayout(join(folder, "all"));
    const image = joinImages(joined, parts);
    joined.tag([
      ["1", image],
      ["edge", image],
    ]);
    const index = z.object({ manifests: z.array(z.unknown()) });
    const read = (name: string) => index.parse(JSON.parse(readFileSync(join(joined.folder, name), "utf8"))).manifests;
    expect(read("index.json")).toHaveLength(2);
    expect(read(`blobs/sha256/${image.digest.slice(7)}`)).toHaveLength(2);
    expect(sumFiles(joined.folder).size).toBe(2 + 1 + 2 * 3);
  });
});

test("the words of a release", () => {
  expect(parseReleaseOptions(["--dry-run", "--publish", "localhost:5000/"])).toEqual({
    isDryRun: true,
    folder: undefined,
    keyFile: undefined,
    registry: "localhost:5000",
    architectures: ["amd64", "arm64"],
  });
  expect(parseReleaseOptions(["--architecture", "amd64"])?.architectures).toEqual(["amd64"]);
  for (const words of [["--architecture", "mips"], ["--help"], ["--unknown"]])
    expect(parseReleaseOptions(words)).toBeUndefined();
});
