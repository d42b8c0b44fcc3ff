import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { dockerOutput, mustBuild } from "../support/engine.ts";
import { diffIds, inspectImage } from "../support/image-tree.ts";
import { type Example, examples } from "../support/run-json.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-reproducible-"));
afterAll(() => rmSync(folder, { recursive: true }));

// Programs of the builder that stamp what they make with the time of day (npm, gcc) are not what is tested here.
const chosen = examples().filter(({ name }) => ["nginx", "python-flask", "node-express"].includes(name));

async function buildAnew(example: Example, spec: string, copy: string): Promise<string> {
  const tag = `pith-test/reproducible-${example.name}:${copy}`;
  await dockerOutput(["builder", "prune", "--all", "--force"]);
  await mustBuild({ spec, tag, args: example.run.build, env: { SOURCE_DATE_EPOCH: "1700000000" } });
  return tag;
}

test.for(chosen)("$name has the same layers and config after a prune, and from another folder", async (example) => {
  const elsewhere = join(folder, example.name);
  cpSync(example.folder, elsewhere, { recursive: true });
  const first = await buildAnew(example, example.spec, "first");
  const second = await buildAnew(example, join(elsewhere, "pith.yaml"), "second");
  const layers = await diffIds(first);
  expect(await diffIds(second)).toEqual(layers);
  expect(await inspectFacts(second)).toEqual(await inspectFacts(first));
  expectSameOnOtherStore(example.name, layers);
});

async function inspectFacts(tag: string): Promise<unknown> {
  const { architecture, created, config } = await inspectImage(tag);
  return { architecture, created, config };
}

/** The run on the first store leaves its digests for the run on the second. */
function expectSameOnOtherStore(name: string, layers: readonly string[]): void {
  const shared = process.env["PITH_SHARED_FOLDER"];
  if (shared === undefined) return;
  const file = join(shared, `${name}.json`);
  if (existsSync(file)) expect(layers).toEqual(JSON.parse(readFileSync(file, "utf8")));
  else writeFileSync(file, JSON.stringify(layers));
}
