import { createHash } from "node:crypto";
import os from "node:os";
import zlib from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { afterAll, describe, expect, it } from "vitest";
import { decompress } from "../../../../src/adapters/layers/decompress.ts";
import { bytesExtent } from "../../../../src/adapters/layers/extent.ts";
import { type LayersRoot, openLayers } from "../../../../src/adapters/layers/open-layers.ts";
import { openSpool } from "../../../../src/adapters/layers/spool.ts";
import { BuildError } from "../../../../src/diagnostics/diagnostic.ts";
import { TarFault } from "../../../../src/formats/tar/member.ts";
import { rootPath, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { walk } from "../../../../src/rootfs/walk.ts";
import { archive, type Member } from "../../../support/archive.ts";
import { checkRootFs, contractTree } from "../../../support/rootfs-contract.ts";

const spool = openSpool(os.tmpdir());
afterAll(() => spool.close());

const skippable = Buffer.from("502a4d180300000000ff00", "hex");
const sha256 = (bytes: Uint8Array) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

function open(blobs: readonly Uint8Array[], digests: { digest?: string; diffId?: string } = {}): Promise<LayersRoot> {
  const { digest, diffId } = digests;
  const layers = blobs.map((bytes, index) => {
    return { name: `layer ${index + 1} of image`, content: bytesExtent(bytes), digest, diffId };
  });
  return openLayers(layers, spool);
}

/** The tree of layers as lines, or the finding about them. */
async function dump(layers: readonly (readonly Member[])[]): Promise<readonly string[]> {
  try {
    const { root } = await open(layers.map(archive));
    const lines: string[] = [];
    // Which names share a file is what counts, not how the file is called.
    const inodes: string[] = [];
    for await (const { path, stat } of walk(root, rootPath)) {
      if (path === "/") continue;
      if (stat.inode !== undefined && !inodes.includes(stat.inode)) inodes.push(stat.inode);
      const bytes = stat.kind === "file" ? ` ${Buffer.from((await root.readFile(path)) ?? []).toString()}` : "";
      const inode = stat.inode === undefined ? "" : ` #${inodes.indexOf(stat.inode)}`;
      lines.push(
        `${path}${stat.kind === "directory" ? "/" : ""}${stat.target === undefined ? "" : ` -> ${stat.target}`}${bytes}${inode}`,
      );
    }
    return lines;
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    return failure.message.split("\n");
  }
}

checkRootFs("an image's layers", async () => {
  const members = contractTree.map(([name, { content, target, mode, mtimeSeconds }]): Member => {
    const own = name.slice(1);
    if (target !== undefined) return { name: own, link: target };
    if (content === undefined) return { name: `${own}/`, mode: mode ?? 0o755 };
    return { name: own, content: Buffer.from(content), mode: mode ?? 0o644, mtimeSeconds: mtimeSeconds ?? 0 };
  });
  const half = Math.ceil(members.length / 2);
  const { root } = await open([zlib.gzipSync(archive(members.slice(0, half))), archive(members.slice(half))]);
  return root;
});

const file = (name: string, content = name): Member => ({ name, content });

describe("layers", () => {
  it.each<readonly [what: string, layers: readonly (readonly Member[])[], tree: readonly string[]]>([
    ["a later file wins", [[file("a", "1")], [file("a", "2")]], ["/a 2"]],
    ["a whiteout removes", [[file("d/a"), file("d/b")], [file("d/.wh.a", "")]], ["/d/", "/d/b d/b"]],
    ["a whiteout removes a directory", [[file("d/e/a")], [file("d/.wh.e", "")]], ["/d/"]],
    ["a whiteout leaves its own layer alone", [[file("a", "1")], [file("a", "2"), file(".wh.a", "")]], ["/a 2"]],
    ["a whiteout leaves what stands before it", [[file("d/a")], [file("d/b"), file(".wh.d", "")]], ["/d/", "/d/b d/b"]],
    ["a whiteout of nothing", [[file("a")], [file("x/.wh.b", "")]], ["/a a"]],
    [
      "an opaque directory",
      [
        [file("d/a"), file("d/e/b")],
        [file("d/c"), file("d/.wh..wh..opq", "")],
      ],
      ["/d/", "/d/c d/c"],
    ],
    ["an opaque root", [[file("a")], [file(".wh..wh..opq", ""), file("b")]], ["/b b"]],
    ["what aufs left", [[file(".wh..wh.plnk", ""), file("a")]], ["/a a"]],
    ["a hard link", [[file("a"), { name: "d/b", hardLink: "/a" }]], ["/a a #0", "/d/", "/d/b a #0"]],
    [
      "a hard link to a link",
      [
        [
          { name: "l", link: "x" },
          { name: "h", hardLink: "l" },
        ],
      ],
      ["/h -> x #0", "/l -> x #0"],
    ],
    [
      "a hard link to what is replaced",
      [[file("a", "1"), { name: "b", hardLink: "a" }, file("a", "2")]],
      ["/a 2", "/b 1 #0"],
    ],
    [
      "a directory becomes a link and one again",
      [[file("d/a")], [{ name: "d", link: "/etc" }], [{ name: "d/" }, file("d/b")]],
      ["/d/", "/d/b d/b"],
    ],
    ["a file becomes a directory", [[file("a")], [{ name: "a/" }, file("a/b")]], ["/a/", "/a/b a/b"]],
    ["a directory becomes a file", [[file("a/b")], [file("a")]], ["/a a"]],
    ["duplicates", [[file("a", "1"), file("a", "2")]], ["/a 2"]],
    [
      "names with dots and slashes",
      [[file("./a"), file("//b"), file("d//./c"), { name: "./" }]],
      ["/a ./a", "/b //b", "/d/", "/d/c d//./c"],
    ],
    [
      "a link of the same layer on the way",
      [[{ name: "usr/lib/" }, { name: "lib", link: "usr/lib" }, file("lib/a")]],
      ["/lib -> usr/lib", "/usr/", "/usr/lib/", "/usr/lib/a lib/a"],
    ],
    [
      "a link that would leave the root",
      [[{ name: "up", link: "../../.." }, file("up/a")]],
      ["/a up/a", "/up -> ../../.."],
    ],
  ])("%s", async (_, layers, tree) => {
    expect(await dump(layers)).toEqual(tree);
  });

  it.each<readonly [what: string, layers: readonly (readonly Member[])[], finding: string]>([
    ["a name that goes up", [[file("../a")]], 'LAYER_NAME: cannot read layer 1 of image: "../a" leaves its directory'],
    [
      "a name that goes up inside",
      [[file("a/../b")]],
      'LAYER_NAME: cannot read layer 1 of image: "a/../b" leaves its directory',
    ],
    [
      "a file in place of the root",
      [[file("./")].map((member) => ({ ...member, edit: (header: Buffer) => header.write("0", 156) }))],
      'LAYER_NAME: cannot read layer 1 of image: "./" names the root',
    ],
    [
      "a long name",
      [[file(`${"n".repeat(200)}/`.repeat(25))].map((member) => ({ ...member, content: "" }))],
      `LAYER_NAME: cannot read layer 1 of image: "${"n".repeat(100)}..." is longer than 4096 bytes`,
    ],
    [
      "a long part",
      [[file("n".repeat(256))]],
      `LAYER_NAME: cannot read layer 1 of image: "${"n".repeat(100)}..." has a part longer than 255 bytes`,
    ],
    [
      "a bare whiteout",
      [[file("a")], [file(".wh.", "")]],
      'LAYER_NAME: cannot read layer 2 of image: ".wh." removes no name that a file can have',
    ],
    [
      "a whiteout of the root",
      [[file("a")], [file(".wh..", "")]],
      'LAYER_NAME: cannot read layer 2 of image: ".wh.." removes no name that a file can have',
    ],
    [
      "a file in a whiteout",
      [[file(".wh.d/a")]],
      'LAYER_NAME: cannot read layer 1 of image: it has files in ".wh.d", which is a whiteout',
    ],
    [
      "a file through a lower link",
      [[{ name: "lib", link: "usr/lib" }], [file("lib/a")]],
      'LAYER_LINK: cannot read layer 2 of image: it has files in "lib", which passes through a link of a lower layer',
    ],
    [
      "a file through a file",
      [[file("a"), file("a/b")]],
      'LAYER_LINK: cannot read layer 1 of image: it has files in "a", which passes through a file',
    ],
    [
      "links that never end",
      [[{ name: "a", link: "b" }, { name: "b", link: "a" }, file("a/x")]],
      'LAYER_LINK: cannot read layer 1 of image: it has files in "a", whose links never end',
    ],
    [
      "a hard link to nothing",
      [[{ name: "h", hardLink: "a" }]],
      'LAYER_LINK: cannot read layer 1 of image: "h" is a hard link to "a": there is no such file',
    ],
    [
      "a hard link to outside",
      [[{ name: "h", hardLink: "../../etc/passwd" }]],
      'LAYER_NAME: cannot read layer 1 of image: "../../etc/passwd" leaves its directory',
    ],
    [
      "a hard link to a directory",
      [[{ name: "d/" }, { name: "h", hardLink: "d" }]],
      'LAYER_LINK: cannot read layer 1 of image: "h" is a hard link to "d": a directory',
    ],
    [
      "a hard link to a lower layer",
      [[file("a")], [{ name: "h", hardLink: "a" }]],
      'LAYER_LINK: cannot read layer 2 of image: "h" is a hard link to "a": a file of a lower layer',
    ],
    [
      "the device 0:0",
      [[{ name: "c", edit: (header) => header.write("3", 156) }]],
      'LAYER_UNSUPPORTED: cannot read layer 1 of image: "c" is the device 0:0, which only some engines take for a whiteout',
    ],
  ])("%s is told", async (_, layers, finding) => {
    expect(await dump(layers)).toEqual([finding]);
  });
});

describe("blobs", () => {
  const plain = archive([file("a", "x".repeat(100_000)), file("b")]);

  it.each([
    ["plain", plain],
    ["gzip", zlib.gzipSync(plain)],
    [
      "gzip of two members",
      Buffer.concat([zlib.gzipSync(plain.subarray(0, 5000)), zlib.gzipSync(plain.subarray(5000))]),
    ],
    ["zstd", zlib.zstdCompressSync(plain)],
    [
      "zstd of many frames",
      Buffer.concat([
        zlib.zstdCompressSync(plain.subarray(0, 700)),
        skippable,
        zlib.zstdCompressSync(plain.subarray(700)),
      ]),
    ],
  ])("reads %s and checks both digests", async (_, blob) => {
    const image = await open([blob], { digest: sha256(blob), diffId: sha256(plain) });
    expect(Buffer.from((await image.root.readFile(toAbsPath("/b"))) ?? []).toString()).toBe("b");
    expect(image.count()).toEqual({ files: 2, bytes: 100_001 });
  });

  it.each<readonly [what: string, blob: Uint8Array, digests: { digest?: string; diffId?: string }, finding: RegExp]>([
    [
      "a wrong digest",
      plain,
      { digest: sha256(Buffer.from("")) },
      /^BLOB_DIGEST: cannot read layer 1 of image: its digest is sha256:\w+ and not sha256:e3b0c442/,
    ],
    ["a wrong DiffID", zlib.gzipSync(plain), { diffId: sha256(Buffer.from("")) }, /^BLOB_DIGEST: /],
    [
      "a cut gzip stream",
      zlib.gzipSync(plain).subarray(0, -12),
      {},
      /^LAYER_CORRUPT: .* its compressed stream is damaged or cut$/,
    ],
    ["rubbish after gzip", Buffer.concat([zlib.gzipSync(plain), Buffer.from("rubbish")]), {}, /^LAYER_CORRUPT: /],
    [
      "a cut zstd frame",
      zlib.zstdCompressSync(plain).subarray(0, -12),
      {},
      /^LAYER_CORRUPT: .* its zstd stream is cut$/,
    ],
    [
      "rubbish after zstd",
      Buffer.concat([zlib.zstdCompressSync(plain), Buffer.from("rubbish")]),
      {},
      /^LAYER_CORRUPT: .* rubbish in it$/,
    ],
    ["a damaged zstd frame", Buffer.from("28b52ffd2001090000ff", "hex"), {}, /^LAYER_CORRUPT: /],
    ["no archive", Buffer.from("no archive".repeat(100)), {}, /^LAYER_CORRUPT: .* wrong checksum|no number/],
  ])("tells %s", async (_, blob, digests, finding) => {
    await expect(open([blob], digests)).rejects.toThrow(finding);
  });

  it("stops at its limit", async () => {
    const zeros = zlib.gzipSync(Buffer.alloc(10_000_000));
    const drain = async () => {
      for await (const _ of decompress(pieces(zeros), "gzip", { maximumBytes: 1_000_000 }));
    };
    await expect(drain()).rejects.toThrow(TarFault);
    await expect(drain()).rejects.toThrow("it is longer than 1000000 bytes");
  });
});

const name = fc.constantFrom(
  "a",
  "b",
  "d",
  "d/a",
  "d/e/a",
  "./d",
  "d/e",
  ".wh.a",
  "d/.wh.e",
  "d/.wh..wh..opq",
  ".wh.d",
);
const anyMember = fc.oneof(
  name.map((one): Member => file(one, "x")),
  name.map((one): Member => ({ name: `${one}/` })),
  fc.tuple(name, name).map(([one, link]): Member => ({ name: one, link })),
  fc.tuple(name, name).map(([one, hardLink]): Member => ({ name: one, hardLink })),
);

test.prop([fc.array(fc.array(anyMember, { maxLength: 6 }), { maxLength: 4 })])(
  "layers make a tree or a finding, the same one each time",
  async (layers) => {
    const tree = await dump(layers);
    expect(await dump(layers)).toEqual(tree);
    expect(tree.filter((line) => /^\/[^ ]*\.wh\./u.test(line))).toEqual([]);
  },
);

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}
