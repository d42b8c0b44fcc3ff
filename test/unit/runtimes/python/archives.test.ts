import { expect, it } from "vitest";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { processFiles } from "../../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { readArchive } from "../../../../src/runtimes/python/archives.ts";
import { writeZip } from "../../../support/write-zip.ts";

it("takes no source whose name leads out of its archive", async () => {
  const path = toAbsPath("/app/a.zip");
  const content = writeZip({ "/etc/b.py": "", "a//c.py": "", "../d.py": "", "./e.py": "", "a/__init__.py": "" });
  const archive = await readArchive(processFiles(memoryRootFs([[path, { content }]])), path);
  expect(archive?.sources.map((source) => source.path)).toEqual(["/app/a.zip/a/__init__.py"]);
});
