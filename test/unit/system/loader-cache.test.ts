import { expect, it } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { features } from "../../../src/system/features.gen.ts";
import { bare } from "../../support/closure.ts";
import { contentsOf, input } from "./system-cases.ts";

it("writes the loader's cache where it is needed", async () => {
  const openProcess: typeof bare.openProcess = async (options) => ({
    ...(await bare.openProcess(options)),
    usesCache: () => true,
    cacheEntries: () => [{ name: "libssl.so.3", path: toAbsPath("/opt/lib/libssl.so.3"), flags: 0x303 }],
  });
  const contents = await contentsOf({ ...input, system: {}, plugins: { features, openProcess } });
  expect(Object.keys(contents)).toEqual(["/etc/group", "/etc/ld.so.cache", "/etc/passwd"]);
});
