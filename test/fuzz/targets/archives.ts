import { type LayerTree, layerTree } from "../../../src/adapters/layers/layer-tree.ts";
import { TarFault, type TarMember } from "../../../src/formats/tar/member.ts";
import { formatPaxRecord } from "../../../src/formats/tar/pax.ts";
import { readTar } from "../../../src/formats/tar/read.ts";
import { archive, memberBytes, sign, special } from "../../support/archive.ts";
import { must, type Target } from "../target.ts";

const pax = (key: string, value: string) => special("x", formatPaxRecord(key, Buffer.from(value)));

const seeds = [
  archive([{ name: "d/" }, { name: "d/a", content: "text" }, { name: "l", link: "d" }, { name: "h", hardLink: "d/a" }]),
  archive([
    { name: "usr/lib/" },
    { name: "lib", link: "usr/lib" },
    { name: "lib/x", content: "x" },
    { name: "lib/.wh.y" },
  ]),
  Buffer.concat([pax("path", "a/long/name"), pax("uid", "1000660000"), archive([{ name: "a", content: "A" }])]),
  Buffer.concat([pax("SCHILY.xattr.user.x", "v"), pax("mtime", "1.5"), archive([{ name: "a", link: "../b" }])]),
  Buffer.concat([special("L", `${"n".repeat(200)}\0`), special("K", "to\0"), archive([{ name: "l", link: "x" }])]),
  Buffer.concat([special("g", formatPaxRecord("path", Buffer.from("p"))), memberBytes({ name: "a" })]),
  archive([{ name: "c", edit: (header) => header.write("3", 156) }, { name: "d/.wh..wh..opq" }, { name: ".wh." }]),
  archive([{ name: "o", edit: (header) => header.set(Buffer.from("800000003b9aca00", "hex"), 108) }]),
];

/**
 * Archives, read in pieces of different sizes and stacked as layers: one answer, a tree without names that lead out.
 */
export const tar: Target = {
  name: "tar",
  seeds,
  words: [
    "../",
    "/",
    ".wh.",
    ".wh..wh..opq",
    "path=",
    "size=",
    "linkpath=",
    "12 uid=-1\n",
    "GNU.sparse.",
    "ustar\0",
    "ustar  \0",
    "\0",
  ],
  repair: signHeaders,
  run(bytes) {
    const whole = read(bytes, 64 * 1024);
    must(whole === read(bytes, 13), "pieces do not matter");
    return whole;
  },
};

/** Signs whatever stands where a header may stand, which lets most changes pass the checksum. */
function signHeaders(bytes: Buffer): Buffer {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const block = bytes.subarray(at, at + 512);
    if (block.toString("latin1", 257, 262) === "ustar") sign(block);
  }
  return bytes;
}

function read(bytes: Buffer, pieceBytes: number): string {
  const tree = layerTree();
  const seen: string[] = [];
  let layer = 0;
  const take = (member: TarMember): void => {
    must(Number.isSafeInteger(member.sizeBytes) && member.sizeBytes >= 0, "sizes are natural numbers");
    must(member.uid >= 0 && member.gid >= 0 && member.mode <= 0o7777, "owners and modes are such");
    tree.apply(member, layer);
    seen.push(member.kind);
    // Every third member begins a layer of its own.
    if (seen.length % 3 === 0) layer++;
  };
  try {
    const reader = readTar(take);
    for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
    reader.end();
  } catch (failure) {
    if (!(failure instanceof TarFault)) throw failure;
    seen.push(`${failure.code}: ${failure.message.replaceAll(/"[^]*"/gu, '""')}`);
  }
  checkNames(tree);
  return seen.join(" ");
}

function checkNames({ root, directories }: LayerTree): void {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const [name, child] of directories.list(node)) {
      must(name !== "" && name !== "." && name !== ".." && !name.includes("/"), "names are names of files");
      must(!name.startsWith(".wh."), "no whiteout is a file");
      pending.push(child);
    }
  }
}
