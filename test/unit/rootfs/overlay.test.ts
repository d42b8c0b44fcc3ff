import { describe, expect, it } from "vitest";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { overlayRootFs } from "../../../src/rootfs/overlay.ts";
import { rootPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { walk } from "../../../src/rootfs/walk.ts";

const overlay = overlayRootFs([
  {
    id: "builder",
    prefix: rootPath,
    root: memoryRootFs([
      ["/usr/local/app/readme", { content: "builder" }],
      ["/usr/local/app/lib", { target: "/usr/lib" }],
      ["/usr/lib/a", { content: "a" }],
      ["/srv", { target: "usr/local" }],
      ["/plain", { content: "file" }],
    ]),
  },
  {
    id: "app",
    prefix: toAbsPath("/srv/app"),
    root: memoryRootFs([
      ["/readme", { content: "app" }],
      ["/lib/b", { content: "b" }],
    ]),
  },
  { id: "deps", prefix: toAbsPath("/srv/app/node_modules"), root: memoryRootFs([["/x/index.js", { content: "x" }]]) },
  { id: "venv", prefix: toAbsPath("/opt/venv"), root: memoryRootFs([["/pyvenv.cfg", { content: "v" }]]) },
]);

describe("an overlay", () => {
  it("shows the highest of each path, directories merged, and where it comes from", async () => {
    const lines: string[] = [];
    for await (const { path, stat } of walk(overlay, rootPath)) {
      const mountedPath = await overlay.layerOf(path);
      lines.push(
        `${path} ${stat.kind} ${mountedPath === undefined ? "made" : `${mountedPath.id}:${mountedPath.path}`}`,
      );
    }
    expect(lines).toEqual([
      "/ directory builder:/",
      "/opt directory made",
      "/opt/venv directory venv:/",
      "/opt/venv/pyvenv.cfg file venv:/pyvenv.cfg",
      "/plain file builder:/plain",
      "/srv symlink builder:/srv",
      "/usr directory builder:/usr",
      "/usr/lib directory builder:/usr/lib",
      "/usr/lib/a file builder:/usr/lib/a",
      "/usr/local directory builder:/usr/local",
      "/usr/local/app directory app:/",
      "/usr/local/app/lib directory app:/lib",
      "/usr/local/app/lib/b file app:/lib/b",
      "/usr/local/app/node_modules directory deps:/",
      "/usr/local/app/node_modules/x directory deps:/x",
      "/usr/local/app/node_modules/x/index.js file deps:/x/index.js",
      "/usr/local/app/readme file app:/readme",
    ]);
  });

  it("follows links in parents when it is asked for a source", async () => {
    expect(await overlay.layerOf(toAbsPath("/srv/app/readme"))).toEqual({ id: "app", path: "/readme" });
    expect(await overlay.layerOf(toAbsPath("/srv/app/lib/a"))).toBeUndefined();
    expect(await overlay.layerOf(toAbsPath("/plain/x"))).toBeUndefined();
  });
});
