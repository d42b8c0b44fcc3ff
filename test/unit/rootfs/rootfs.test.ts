import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { overlayRootFs } from "../../../src/rootfs/overlay.ts";
import { rootPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { checkRootFs, contractTree } from "../../support/rootfs-contract.ts";

checkRootFs("memory", () => memoryRootFs(contractTree));
checkRootFs("overlay of one", () => overlayRootFs([{ id: "one", prefix: rootPath, root: memoryRootFs(contractTree) }]));
checkRootFs("overlay of three, one at a prefix behind a link", () =>
  overlayRootFs([
    {
      id: "low",
      prefix: rootPath,
      root: memoryRootFs([["/usr/lib", {}], ...contractTree.filter(([path]) => !path.startsWith("/usr/lib/"))]),
    },
    {
      id: "middle",
      prefix: toAbsPath("/lib"),
      root: memoryRootFs([
        ["/libz.so.1", { target: "libz.so.1.3" }],
        ["/libz.so.1.3", { content: "hidden" }],
      ]),
    },
    { id: "high", prefix: rootPath, root: memoryRootFs([["/usr/lib/libz.so.1.3", { content: "0123456789" }]]) },
  ]),
);
