import { deflateSync } from "node:zlib";
import { isElfFile, parseElf } from "../../../src/formats/elf/parse.ts";
import { cargo } from "../../../src/packages/cargo/cargo.ts";
import { goModules } from "../../../src/packages/go/go-modules.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { readBundle } from "../../../src/runtimes/dotnet/bundle.ts";
import { writeElf } from "../../support/elf-writer.ts";
import { must, type Target } from "../target.ts";

const goHead = Buffer.concat([Buffer.from("\xff Go buildinf:\x08\x02", "latin1"), Buffer.alloc(16)]);
const modules = `${"m".repeat(16)}mod\texample.org/a\tv1.0.0\t\ndep\texample.org/b\tv1.0.0\th1:x\n${"m".repeat(16)}`;
const goInfo = Buffer.concat([
  goHead,
  Buffer.from([4]),
  Buffer.from("go1."),
  Buffer.from([modules.length]),
  Buffer.from(modules),
]);
const crates = deflateSync('{"packages": [{"name": "a", "version": "1.0.0", "source": "crates.io", "root": true}]}');

/** The notes of linkers about the parts of a program: packages that have names and versions, and lie in the program. */
export const linkedProgram: Target = {
  name: "linked programs",
  seeds: (["x86_64", "i386", "s390x"] as const).flatMap((machine) => [
    writeElf({ machine, sections: { ".go.buildinfo": goInfo, ".dep-v0": crates } }),
    writeElf({ machine, sections: { ".data": Buffer.alloc(48) } }),
  ]),
  words: [goHead, ".go.buildinfo\0", ".dep-v0\0", Buffer.alloc(8, 0xff), "\t", "\n", "=>\t"],
  async run(bytes) {
    const path = toAbsPath("/bin/tool");
    const root = memoryRootFs([[path, { content: bytes, mode: 0o755 }]]);
    const seen: string[] = [];
    for (const database of [goModules, cargo]) {
      for await (const { name, version, purl, within } of database.read(root, [path])) {
        must(name !== "" && version !== "" && purl.startsWith("pkg:"), "packages have names and versions");
        must(within === path, "packages lie in the program");
        seen.push(`${database.name} ${String(name.length > 5)}`);
      }
    }
    const elf = await parseElf(
      (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
      bytes.length,
    );
    const bundle = isElfFile(elf) ? await readBundle(root, path, elf) : undefined;
    return `${seen.slice(0, 3).join(", ")} ${String(bundle !== undefined)}`;
  },
};
