import { readFile, writeFile } from "node:fs/promises";
import { plugInGenerators } from "./generate/plug-ins.ts";

/**
 * Files made from others, the lists of plug-ins first, since the rest is made from what they list. Without arguments
 * they are written; `--check` compares them and fails on a difference.
 */
const generators: readonly { readonly path: string; readonly render: () => Promise<string> }[] = [
  ...plugInGenerators,
  {
    path: "src/adapters/buildkit/gateway.gen.json",
    render: async () => (await import("./generate/gateway.ts")).renderGatewayJson(),
  },
  {
    path: "src/adapters/buildkit/gateway.gen.ts",
    render: async () => (await import("./generate/gateway.ts")).renderGatewayTypes(),
  },
  {
    path: "schema/pith.schema.json",
    render: async () => (await import("./generate/spec-schema.ts")).renderSpecSchema(),
  },
  {
    path: "schema/lock-v1.schema.json",
    render: async () => (await import("./generate/lock-schema.ts")).renderLockSchema(),
  },
  { path: "docs/spec.md", render: async () => (await import("./generate/spec-reference.ts")).renderSpecReference() },
  {
    path: "docs/closure-rules.md",
    render: async () => (await import("./generate/closure-rules.ts")).renderClosureRules(),
  },
  { path: "docs/errors/README.md", render: async () => (await import("./generate/errors.ts")).renderErrors() },
  {
    path: "docs/measurements.md",
    render: async () => (await import("./generate/measurements.ts")).renderMeasurements(),
  },
];

const isCheck = process.argv.includes("--check");
for (const { path, render } of generators) {
  const url = new URL(`../${path}`, import.meta.url);
  const wanted = await render();
  if (!isCheck) {
    await writeFile(url, wanted);
    continue;
  }
  const found = await readFile(url, "utf8").catch(() => "");
  if (found === wanted) continue;
  console.error(`cannot use ${path}: it is not what its sources give; run npm run generate`);
  process.exitCode = 1;
}
