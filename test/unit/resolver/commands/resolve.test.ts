import { expect, test } from "vitest";
import { BuildError } from "../../../../src/diagnostics/diagnostic.ts";
import type { ResolverMounts } from "../../../../src/resolver/mounts.ts";
import { runCommand } from "../../../../src/resolver/run-command.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";

const request = {
  version: 1,
  architecture: "amd64",
  epochSeconds: 315_532_800,
  trees: [{ id: "builder:main", prefix: "/", kind: "builder" }],
  views: [{ name: "main", trees: ["builder:main"], searchPath: "/usr/bin" }],
  roots: [{ kind: "binary", pointer: "/binaries/0", view: "main", path: "/usr/bin/x" }],
  process: {
    view: "main",
    env: {},
    workdir: "/",
    user: "nonroot",
    entries: [],
    stdlib: "safe",
    bytecode: "keep",
    prune: "safe",
  },
  accounts: { users: [], groups: [] },
  system: { certificates: "none", timezone: "none", locales: [], nss: ["files"], tmp: false },
  closure: { dlopen: "auto", include: [], exclude: [], missing: "error" },
  layers: ["system"],
  metadata: { packageDb: "auto", reasonsFile: false },
};

test("a finding that ends the work at once is the answer, and nothing else is written", async () => {
  const written = new Map<string, string>();
  const finding = { severity: "error", code: "PATH_TOO_LONG", message: "cannot read /a: it is long" } as const;
  const root = memoryRootFs([["/usr/bin/x", { content: "#!/bin/sh\n", mode: 0o755 }]]);
  const unused = (): never => {
    throw new Error("not asked for");
  };
  const mounts: ResolverMounts = {
    healthProbe: undefined,
    read: (path) => (path === "request/request.json" ? Buffer.from(JSON.stringify(request)) : undefined),
    sizeOf: () => 0,
    tree: () => ({
      ...root,
      lstat(path) {
        if (path.startsWith("/usr/bin/")) throw new BuildError([finding]);
        return root.lstat(path);
      },
    }),
    countTree: unused,
    findFileCapabilities: () => new Set(),
    openLayers: unused,
    startLayers: () => ({ write: unused, close: async () => Promise.resolve() }),
    write: ({ name, text }) => written.set(name, typeof text === "string" ? text : Array.from(text).join("")),
    setTimes: () => {},
  };
  await runCommand(mounts, "resolve", []);
  expect([...written.keys()]).toEqual(["answer.json"]);
  expect(JSON.parse(written.get("answer.json") ?? "")).toMatchObject({
    version: 1,
    diagnostics: [finding],
    layers: [],
  });
});
