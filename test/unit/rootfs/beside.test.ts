import { describe, expect, it } from "vitest";
import { namesThatMayBe } from "../../../src/rootfs/beside.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const root = memoryRootFs([
  ["/etc/mime.types", { content: "" }],
  ["/etc/own/a.conf", { content: "" }],
  ["/etc/own.ent", { target: "/nowhere" }],
  ["/var/lib/x/y.conf", { content: "" }],
  ["/srv/shop/settings.ini", { content: "" }],
]);
const words = ["application/zip", "own/b.conf", "own.ent", "other.ent", "../srv/shop", "."];

describe("names beside settings", () => {
  it("in a directory of the system are those of what lies there, and of what leads out of it", async () => {
    expect(await namesThatMayBe(root, toAbsPath("/etc"), words)).toEqual(["own/b.conf", "own.ent", "../srv/shop", "."]);
  });

  it("are all others elsewhere: a program may add an ending, or make the file", async () => {
    expect(await namesThatMayBe(root, toAbsPath("/srv/shop"), words)).toEqual(words);
    expect(await namesThatMayBe(root, toAbsPath("/sys"), words)).toEqual(words);
  });

  it("are left where programs write", async () => {
    const names = ["run/own.pid", "cache/own.db", "spool/own.db", "lib/own.db"];
    expect(await namesThatMayBe(root, toAbsPath("/var"), names)).toEqual(["run/own.pid", "cache/own.db", "lib/own.db"]);
  });
});
