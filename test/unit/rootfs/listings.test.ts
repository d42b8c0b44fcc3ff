import { describe, expect, it } from "vitest";
import { namesIn } from "../../../src/rootfs/listings.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

describe("names in a directory", () => {
  it("are those behind links, and none where no directory is", async () => {
    const root = memoryRootFs([
      ["/usr/bin/tar", { content: "" }],
      ["/bin", { target: "usr/bin" }],
    ]);
    expect([...(await namesIn(root, toAbsPath("/bin")))]).toEqual(["tar"]);
    expect([...(await namesIn(root, toAbsPath("/sbin")))]).toEqual([]);
  });

  it("are asked for once, of each root alone", async () => {
    const memory = memoryRootFs([["/bin/tar", { content: "" }]]);
    let asked = 0;
    const counted = {
      ...memory,
      readDirectory: async (path: ReturnType<typeof toAbsPath>) => {
        asked++;
        return memory.readDirectory(path);
      },
    };
    await namesIn(counted, toAbsPath("/bin"));
    await namesIn(counted, toAbsPath("/bin"));
    expect(asked).toBe(1);
    expect([...(await namesIn(memoryRootFs([]), toAbsPath("/bin")))]).toEqual([]);
  });
});
