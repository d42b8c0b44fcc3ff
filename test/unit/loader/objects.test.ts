import { expect, it } from "vitest";
import { toLogicalPath } from "../../../src/loader/objects.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

it.each([
  ["/usr/lib/liba.so", "/usr/lib/liba.so", []],
  ["sub/./liba.so", "/base/sub/liba.so", []],
  ["../liba.so", "/liba.so", ["/base"]],
  ["/link/../liba.so", "/opt/liba.so", ["/link"]],
  ["/none/../liba.so", "/liba.so", ["/none"]],
  ["/loop/../liba.so", "/liba.so", ["/loop"]],
  ["/opt/deep/../../liba.so", "/liba.so", ["/opt/deep", "/opt"]],
])("%s is %s, and passes %j", async (text, path, passed) => {
  const root = fixtureRoot("//- /base/\n//- /opt/deep/\n//- /link -> opt/deep\n//- /loop -> loop\n");
  expect(await toLogicalPath(root, text, toAbsPath("/base"))).toEqual({ path, passed });
});
