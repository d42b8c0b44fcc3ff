/*
 * Reads an archive of as many members as the command line says, in a process of its own so that its memory can be
 * measured: `files` a thousand to a directory, or `directories` that are implied by deep names. Prints what came of it,
 * and the peak memory in MB.
 */
import process from "node:process";
import { layerTree } from "../../src/adapters/layers/layer-tree.ts";
import { TarFault } from "../../src/formats/tar/member.ts";
import { readTar } from "../../src/formats/tar/read.ts";
import { memberBytes, sign } from "../support/archive.ts";

const count = Number(process.argv[2]);
const isDeep = process.argv[3] === "directories";
const tree = layerTree();
const reader = readTar((member) => tree.apply(member, 0));
const header = Buffer.from(memberBytes({ name: "d/0000000" }));
try {
  for (let index = 0; index < count; index++) {
    if (isDeep) header.write(`${String(index).padStart(8, "0")}${"/d".repeat(45)}`, 0, "latin1");
    else header.write(`${index % 1000}`.padStart(4, "0") + "/" + String(index).padStart(7, "0"), 0, "latin1");
    sign(header);
    reader.push(header);
  }
  reader.end();
  console.log(`${tree.directories.sizeOf(tree.root)} directories`);
} catch (failure) {
  if (!(failure instanceof TarFault)) throw failure;
  console.log(`${failure.code}: ${failure.message}`);
}
console.log(Math.round(process.resourceUsage().maxRSS / 1024));
