import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openCopySource } from "../../../src/adapters/directory/copy-source.ts";
import { openDirectory } from "../../../src/adapters/directory/open-directory.ts";
import { writeArchive } from "../../../src/adapters/layers/write-archive.ts";
import { openWrittenLayers } from "../../../src/adapters/layers/written-layers.ts";
import { planLayers } from "../../../src/image/layers.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { encodeName, nameBytes } from "../../../src/rootfs/names.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";
import { writeElf } from "../../support/elf-writer.ts";

/** Latin-1, a lone lead byte, and a name that is UTF-8 beside one that only begins so. */
const names = [
  Buffer.from("caf\u00e9", "latin1"),
  Buffer.from([0xc3]),
  Buffer.from("é"),
  Buffer.from([0xc3, 0xa9, 0xff]),
];

it("names that are not UTF-8 ship as the bytes that they are", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pith-names-"));
  try {
    const put = (path: Buffer, content: string | Uint8Array): void =>
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/root`), path]), content, { mode: 0o755 });
    mkdirSync(`${folder}/root/srv/site`, { recursive: true });
    for (const name of names) put(Buffer.concat([Buffer.from("/srv/site/"), name]), name);
    const program = Buffer.concat([Buffer.from("/srv/"), Buffer.from([0xff])]);
    put(program, writeElf({ machine: "x86_64" }));
    const { entries, diagnostics } = await closureOf({
      root: "",
      tree: openDirectory(`${folder}/root`),
      roots: [
        binary("/srv/\udcff"),
        { kind: "include", pointer: "/closure/include/0", view: "main", path: "/srv/site/**" },
      ],
      plugins: allPlugins(),
    });
    expect(diagnostics).toEqual([]);
    const [plan] = planLayers(entries, ["system"]);
    if (plan === undefined) throw new Error("one layer was asked for");
    const roots = new Map([["builder:main", openCopySource(`${folder}/root`)]]);
    await writeArchive(plan, { hostPath: `${folder}/system.tar`, roots, epochSeconds: 0 });
    const layer = openWrittenLayers(folder).root(["system"]);
    const listed = async (path: string) =>
      (await layer.readDirectory(toAbsPath(path)))?.map((name) => nameBytes(name).toString("hex")).sort();
    expect(await listed("/srv/site")).toEqual(names.map((name) => name.toString("hex")).sort());
    expect(await listed("/srv")).toContain("ff");
    expect(encodeName(toAbsPath("/srv/\udcff"))).toEqual(program);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
