import { expect, test } from "vitest";
import { printManifest } from "../../../../src/inspect/manifest/manifest.ts";
import { answerRequest } from "../../../../src/resolver/answer.ts";
import { bare, binary, openCase } from "../../../support/closure.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { runOnMounts } from "../../../support/mounts.ts";

const root = "//- /usr/bin/tool 0755 elf=x86_64\n";
const noLayers = {
  read: () => undefined,
  root: () => {
    throw new Error("a comparison reads no tree");
  },
};

async function run(older: string | undefined, command: "diff" | "manifest"): Promise<ReadonlyMap<string, string>> {
  const { request } = openCase({ root, roots: [binary("/usr/bin/tool")] });
  const { manifest } = await answerRequest({
    request,
    roots: [fixtureRoot(root)],
    plugins: bare,
    writeLayers: async () => Promise.resolve(),
    countTrees: () => [{ files: 1, bytes: 1 }],
  });
  const files = {
    "closure/closure.json": printManifest(manifest),
    ...(older === undefined ? {} : { "roots/0/old.json": older }),
  };
  return runOnMounts({ files, layers: noLayers }, command === "diff" ? ["diff", "old.json"] : ["manifest"]);
}

const manifest = (await run(undefined, "manifest")).get("manifest.json") ?? "";

test("says that an image is the same as itself", async () => {
  const printed = await run(manifest, "diff");
  expect([...printed.keys()]).toEqual(["diff.json", "diff.txt"]);
  expect(printed.get("diff.txt")).toBe("The two images are the same.\n");
});

const without = (pattern: RegExp): string => manifest.replace(pattern, "");
test.for([
  ["figures.files is missing", without(/ *"files": 1,\n(?= *"bytes")/u)],
  ["entries is missing", manifest.replace('"entries"', '"other"')],
  ["entries[0].mode is missing", without(/ *"mode": "0755",\n/u)],
  ["layers is not what a manifest has there", manifest.replace(/"layers": \[[^\]]*\]/u, '"layers": 7')],
  ["not a manifest of Pith", '{"version":2,"architecture":"amd64"}'],
  ["not a manifest of Pith", '{"version":1,"architecture":'],
] as const)("leaves a finding about the other manifest: %s", async ([reason, older]) => {
  const printed = await run(older, "diff");
  expect([...printed.keys()]).toEqual(["findings.json"]);
  expect(JSON.parse(printed.get("findings.json") ?? "")).toEqual([
    {
      severity: "error",
      code: "MANIFEST_INVALID",
      message: `cannot read old.json: ${reason}`,
      hint: "make one with docker build --target manifest -o .",
    },
  ]);
});
