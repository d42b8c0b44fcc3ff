import type { PackageDatabase } from "../../../src/closure/model/closure.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { type RootFs, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { writeElf } from "../../support/elf-writer.ts";

/** The packages that a database reads of one program. */
export async function read(database: PackageDatabase, root: RootFs, path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { purl, version, files } of database.read(root, [toAbsPath(path)])) {
    lines.push(`${purl} ${version}${files.length === 0 ? "" : ` has ${files.join(" ")}`}`);
  }
  return lines;
}

/** A program with sections of its own. */
export function programWith(sections: Readonly<Record<string, Uint8Array>>): RootFs {
  const content = writeElf({ machine: "x86_64", dynamic: false, sections });
  return memoryRootFs([["/bin/tool", { content, mode: 0o755 }]]);
}

/** The section that Go's linker writes since 1.18. */
export function buildInfo(version: string, modules: string): Uint8Array {
  const mark = "m".repeat(16);
  const text = (content: string): Buffer => {
    const length = Buffer.byteLength(content);
    return Buffer.concat([Buffer.from([(length & 0x7f) | 0x80, length >> 7]), Buffer.from(content)]);
  };
  const head = Buffer.alloc(32);
  head.write("\xff Go buildinf:", "latin1");
  head.set([8, 2], 14);
  return Buffer.concat([head, text(version), text(`${mark}${modules}${mark}`)]);
}

/** The modules of a program, as Go lists them. */
export const modules: string = [
  "path\tgithub.com/me/Tool/cmd/tool",
  "mod\tgithub.com/me/Tool\t(devel)\t",
  "dep\tgolang.org/x/sync\tv0.24.0\th1:iqiDrGoDgyuvAKrhLQthUEzU/R378N78gXbBjxed7oA=",
  "dep\tgithub.com/old/fork\tv1.0.0",
  "=>\tgithub.com/new/fork/v2\tv2.0.0+incompatible\th1:x",
  "dep\texample.org/local\tv1.2.3",
  "=>\t./local\t(devel)\t",
  "",
  "build\t-compiler=gc",
  "",
].join("\n");
