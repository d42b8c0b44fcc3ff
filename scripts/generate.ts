import { readFile, writeFile } from "node:fs/promises";
import { renderClosureRules } from "./generate/closure-rules.ts";
import { renderCorpus } from "./generate/corpus.ts";
import { renderGatewayJson, renderGatewayTypes } from "./generate/gateway.ts";
import { renderLockSchema } from "./generate/lock-schema.ts";
import { renderSpecReference } from "./generate/spec-reference.ts";
import { renderSpecSchema } from "./generate/spec-schema.ts";

/** Files made from others. Without arguments they are written; `--check` compares them and fails on a difference. */
const generators: readonly { readonly path: string; readonly render: () => Promise<string> }[] = [
  { path: "src/adapters/buildkit/gateway.gen.json", render: renderGatewayJson },
  { path: "src/adapters/buildkit/gateway.gen.ts", render: renderGatewayTypes },
  { path: "schema/pith.schema.json", render: renderSpecSchema },
  { path: "schema/lock-v1.schema.json", render: renderLockSchema },
  { path: "docs/spec.md", render: renderSpecReference },
  { path: "docs/closure-rules.md", render: renderClosureRules },
  { path: "docs/corpus.md", render: renderCorpus },
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
