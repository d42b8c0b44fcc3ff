import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDirectory } from "../../../src/adapters/directory/open-directory.ts";
import { writeLayer } from "../../../src/adapters/directory/write-layer.ts";
import { allPlugins } from "../../../src/app/plugins.ts";
import { planLayers } from "../../../src/image/layers.ts";
import { encodeName } from "../../../src/rootfs/names.ts";
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

it("names that are no UTF-8 ship as the bytes that they are", async () => {
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
    const sources = new Map([["builder:main", `${folder}/root`]]);
    await writeLayer(plan, { hostPath: `${folder}/layer`, sources, epochSeconds: 0 });
    const listed = (place: string) =>
      readdirSync(place, "buffer")
        .map((name) => name.toString("hex"))
        .sort();
    expect(listed(`${folder}/layer/srv/site`)).toEqual(names.map((name) => name.toString("hex")).sort());
    expect(listed(`${folder}/layer/srv`)).toContain("ff");
    expect(encodeName(toAbsPath("/srv/\udcff"))).toEqual(program);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
