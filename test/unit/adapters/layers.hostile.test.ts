import fs from "node:fs";
import zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { formatPaxRecord } from "../../../src/formats/tar/pax.ts";
import { archive, type Member, special } from "../../support/archive.ts";
import { pith } from "../../support/command-line.ts";
import { dockerSave } from "../../support/image-archive.ts";
import { makeProject } from "../../support/project.ts";

const file = (name: string, content = name): Member => ({ name, content });
const field = (at: number, value: string | Buffer) => (header: Buffer) => header.set(Buffer.from(value), at);
const pax = (key: string, value: string) => special("x", formatPaxRecord(key, Buffer.from(value)));

/**
 * Unpacks layers next to a file that nobody may touch; returns what was said, and every name that is there afterwards.
 */
async function unpack(
  layers: readonly Uint8Array[],
): Promise<{ readonly said: string; readonly names: readonly string[] }> {
  const own = makeProject({ "outside/passwd": "untouched" });
  fs.mkdirSync(own.path("work"));
  fs.writeFileSync(own.path("image.tar"), dockerSave(layers));
  const { err } = await pith([
    "save-rootfs",
    "-q",
    "--platform",
    "linux/amd64",
    own.path("image.tar"),
    own.path("work/root"),
  ]);
  expect(fs.readFileSync(own.path("outside/passwd"), "utf8")).toBe("untouched");
  const names = fs.readdirSync(own.folder, { recursive: true, encoding: "utf8" }).toSorted();
  const given = ["image.tar", "outside", "outside/passwd", "work"];
  return { said: err.replaceAll(own.folder, "HERE"), names: names.filter((name) => !given.includes(name)) };
}

describe("a hostile layer ends in a finding, and nothing is written", () => {
  it.each<readonly [what: string, layers: readonly Uint8Array[], code: string]>([
    ["a name that goes up", [archive([file("../outside/passwd")])], "LAYER_NAME"],
    ["a name that goes up behind an absolute one", [archive([file("/../../outside/passwd")])], "LAYER_NAME"],
    ["a hard link to outside", [archive([{ name: "h", hardLink: "../../outside/passwd" }])], "LAYER_NAME"],
    [
      "a hard link to an absolute name that is not there",
      [archive([{ name: "h", hardLink: "/etc/passwd" }])],
      "LAYER_LINK",
    ],
    [
      "a hard link through a link to outside",
      [
        archive([
          { name: "up", link: "../../outside" },
          { name: "h", hardLink: "up/passwd" },
        ]),
      ],
      "LAYER_LINK",
    ],
    [
      "a file through a link of a lower layer",
      [archive([{ name: "d", link: "../../outside" }]), archive([file("d/passwd")])],
      "LAYER_LINK",
    ],
    [
      "links that never end",
      [archive([{ name: "a", link: "b/x" }, { name: "b", link: "a/y" }, file("a/z")])],
      "LAYER_LINK",
    ],
    ["a whiteout of the root", [archive([file("a")]), archive([file(".wh..", "")])], "LAYER_NAME"],
    ["a whiteout of what lies above", [archive([file("a")]), archive([file("d/.wh...", "")])], "LAYER_NAME"],
    ["a name of 64 KB", [Buffer.concat([pax("path", "n/".repeat(32768)), archive([file("a")])])], "LAYER_NAME"],
    [
      "a part of a name of 64 KB",
      [Buffer.concat([pax("path", "n".repeat(65536)), archive([file("a")])])],
      "LAYER_NAME",
    ],
    [
      "a link's text of 64 KB in a hard link",
      [Buffer.concat([pax("linkpath", "n".repeat(65536)), archive([{ name: "h", hardLink: "a" }])])],
      "LAYER_NAME",
    ],
    [
      "a link's text of 64 KB",
      [Buffer.concat([pax("linkpath", "n/".repeat(32768)), archive([{ name: "l", link: "a" }])])],
      "LAYER_NAME",
    ],
    ["a negative size", [archive([{ ...file("a"), edit: field(124, Buffer.alloc(12, 0xff)) }])], "LAYER_CORRUPT"],
    ["a size beyond the archive", [archive([{ ...file("a"), edit: field(124, "77777777777") }])], "LAYER_CORRUPT"],
    ["a sparse file", [archive([{ ...file("a"), edit: field(156, "S") }])], "LAYER_UNSUPPORTED"],
    [
      "a sparse file of pax",
      [Buffer.concat([pax("GNU.sparse.map", "0,1"), archive([file("a")])])],
      "LAYER_UNSUPPORTED",
    ],
    ["the device 0:0", [archive([{ name: "c", edit: field(156, "3") }])], "LAYER_UNSUPPORTED"],
    ["a cut archive", [archive([file("a", "x".repeat(5000))]).subarray(0, 3000)], "LAYER_CORRUPT"],
    ["a cut header of a gzip stream", [zlib.gzipSync(archive([file("a")])).subarray(0, 5)], "LAYER_CORRUPT"],
    ["a cut zstd frame", [zlib.zstdCompressSync(archive([file("a")])).subarray(0, -3)], "LAYER_CORRUPT"],
    [
      "a header that says 8 EB",
      [archive([{ ...file("a"), edit: field(124, Buffer.from("8000007fffffffffffffffff", "hex")) }])],
      "LAYER_CORRUPT",
    ],
  ])("%s", async (_, layers, code) => {
    const { said, names } = await unpack(layers);
    expect(said).toMatch(
      new RegExp(`^(?:${code}|BLOB_DIGEST): cannot read layer \\d of archive:HERE/image.tar: `, "u"),
    );
    expect(said).toContain(`${code}: `);
    expect(names).toEqual([]);
  });
});

describe("what is odd but has one meaning stays inside", () => {
  it.each<readonly [what: string, layers: readonly (readonly Member[])[], names: readonly string[]]>([
    ["absolute names", [[file("/outside/passwd")]], ["outside", "outside/passwd"]],
    [
      "a link to outside, and a file through it in the same layer",
      [[{ name: "up", link: "../../../outside" }, file("up/passwd")]],
      ["passwd", "up"].map((name) => (name === "passwd" ? "outside/passwd" : name)),
    ],
    [
      "a directory that becomes a link and one again",
      [[file("d/a")], [{ name: "d", link: "/outside" }], [{ name: "d/" }, file("d/passwd")]],
      ["d", "d/passwd"],
    ],
    [
      "a directory that becomes a link and one again in one layer",
      [[{ name: "d/" }, { name: "d", link: "../outside" }, { name: "d/" }, file("d/passwd")]],
      ["d", "d/passwd"],
    ],
    ["duplicates, the last of which counts", [[file("a", "1"), { name: "a/" }, file("a/b"), file("a", "2")]], ["a"]],
    [
      "links through links",
      [[{ name: "a", link: "b" }, { name: "b", link: "c" }, { name: "c/" }, file("a/x")]],
      ["a", "b", "c", "c/x"],
    ],
  ])("%s", async (_, layers, names) => {
    const found = await unpack(layers.map(archive));
    expect(found.said).toBe("");
    expect(found.names.filter((name) => name !== "work/root").map((name) => name.slice("work/root/".length))).toEqual(
      expect.arrayContaining(names.filter((name) => name !== "outside/passwd")),
    );
    expect(found.names.every((name) => name === "work/root" || name.startsWith("work/root/"))).toBe(true);
  });
});
