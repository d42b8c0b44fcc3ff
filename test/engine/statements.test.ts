import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { csafPackage, cycloneDxPackage, npmFolder } from "../../scripts/lib/npm-file.ts";
import { pith } from "../support/command-line.ts";
import { mustBuild } from "../support/engine.ts";
import { schemaProblems } from "../support/evidence.ts";
import { makeProject } from "../support/project.ts";

const names = ["dash", "perl", "apt", "coreutils"];
const project = makeProject({
  "pith.yaml": `from: debian:trixie-slim
binaries: [cat]
labels: { org.opencontainers.image.title: shop, org.opencontainers.image.vendor: Example }
`,
  "list.json": JSON.stringify(
    names.map((name, index) => ({
      id: `CVE-2026-100${String(index)}`,
      aliases: [`GHSA-aaaa-bbbb-${String(index)}`],
      affected: [
        { package: { ecosystem: "Debian:13", name }, ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }] },
      ],
    })),
  ),
});

beforeAll(async () => {
  const args = ["--build-arg=VULNERABILITIES=list.json", "--build-arg=VEX_PRODUCT=pkg:oci/shop", "--target=vex"];
  for (const [folder, more] of [
    ["plain", []],
    ["timed", ["--build-arg=SOURCE_DATE_EPOCH=1700000000"]],
  ] as const) {
    const to = `--output=type=local,dest=${project.path(folder)}`;
    await mustBuild({ spec: project.path("pith.yaml"), args: [...args, ...more, to] });
  }
  const root = `--output=type=local,dest=${project.path("root")}`;
  await mustBuild({ spec: project.path("pith.yaml"), args: ["--target=rootfs", root] });
});

test("CSAF and CycloneDX are valid by their official schemas", { timeout: 300_000 }, async () => {
  const module: unknown = await import(pathToFileURL(join(await npmFolder(csafPackage), "schema.js")).href);
  project.write({ "schemas/csaf.json": JSON.stringify(z.object({ default: z.unknown() }).parse(module).default) });
  for (const folder of ["plain", "timed"]) {
    const at = (name: string): string => project.path(join(folder, name));
    expect(await schemaProblems(project.path("schemas"), [{ schema: "csaf.json", file: at("vex.csaf.json") }])).toBe(
      "",
    );
    const schema = "bom-1.6.SNAPSHOT.schema.json";
    expect(await schemaProblems(await npmFolder(cycloneDxPackage), [{ schema, file: at("vex.cdx.json") }])).toBe("");
  }
});

test("statements in each format hold for the image, and not for its builder's", async () => {
  for (const name of ["vex.json", "vex.csaf.json", "vex.cdx.json"]) {
    const file = project.path(join("timed", name));
    const held = await pith(["vex", "verify", file, `dir:${project.path("root")}`]);
    expect(held).toMatchObject({ code: 0 });
    // coreutils ships; nothing is stated of what may be vulnerable.
    expect(held.out).toMatch(/^(?:3 of 3) statements hold\n$/u);
  }
  expect(readFileSync(project.path("timed/vex.csaf.json"), "utf8")).toContain('"name": "Example"');
});
