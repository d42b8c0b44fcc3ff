import { expect, test } from "vitest";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

test("a path leads where all links on its way do, however often its directory was asked about", async () => {
  const files = processFiles(
    memoryRootFs([
      ["/usr/lib/a/one.py", { content: "" }],
      ["/usr/lib/a/link.py", { target: "../b/two.py" }],
      ["/usr/lib/b/two.py", { content: "" }],
      ["/lib", { target: "usr/lib" }],
      ["/usr/lib/c", { target: "/lib/a" }],
      ["/usr/lib/loop", { target: "loop" }],
    ]),
  );
  const real = async (path: string) => files.realPath(toAbsPath(path));
  for (let round = 0; round < 2; round++) {
    expect(await real("/")).toBe("/");
    expect(await real("/lib")).toBe("/usr/lib");
    expect(await real("/lib/a")).toBe("/usr/lib/a");
    expect(await real("/lib/c/one.py")).toBe("/usr/lib/a/one.py");
    expect(await real("/usr/lib/c/link.py")).toBe("/usr/lib/b/two.py");
    expect(await real("/lib/c/other.py")).toBeUndefined();
    expect(await real("/lib/loop")).toBeUndefined();
    expect(await real("/lib/loop/one.py")).toBeUndefined();
    expect(await real("/lib/a/one.py/more")).toBeUndefined();
  }
});
