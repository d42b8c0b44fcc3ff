import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { capture } from "../../scripts/lib/command.ts";
import { docker, dockerOutput, mustBuild, syntaxArguments, testEngine } from "../support/engine.ts";
import { folderTree, type InspectedImage, imageTree, inspectImage, type TreeEntry } from "../support/image-tree.ts";
import { type Example, examples } from "../support/run-json.ts";

/*
 * The examples suite runs what `docker build` makes of each example. Here every other way to build gives that very
 * image. Which way is of no account to what is in it: an example for each kind of builder and of configuration is
 * enough.
 */
const kinds = ["python-flask", "lambda-node", "static", "multi-builder", "adopt-dockerfile", "distil-image"];
const chosen = examples().filter(({ name }) => kinds.includes(name));

test("there is an example of each kind", () => {
  expect(chosen.map(({ name }) => name).toSorted()).toEqual(kinds.toSorted());
});

const folder = mkdtempSync(join(tmpdir(), "pith-forms-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };

function tagOf(example: Example, form: string): string {
  return `pith-form/${example.name}:${form}`;
}

/**
 * A Compose file of all examples. buildx 0.13 takes the steps' network from a Compose file only, not from a bake file.
 */
function composeFile(form: string): string {
  const services = chosen.map((example) => {
    const args = syntaxArguments(example.spec).filter((argument) => argument !== "--build-arg");
    const build = { context: example.folder, dockerfile: "pith.yaml", network: "host", args };
    return `  ${example.name}: ${JSON.stringify({ image: tagOf(example, form), build })}\n`;
  });
  const file = join(folder, `${form}.yaml`);
  writeFileSync(file, `services:\n${services.join("")}`);
  return file;
}

/** Compose labels what it builds with its project, its service and its version. */
function withoutComposeLabels(config: InspectedImage["config"]): InspectedImage["config"] {
  const labels = z.record(z.string(), z.string()).parse(config["Labels"] ?? {});
  const kept = Object.entries(labels).filter(([name]) => !name.startsWith("com.docker.compose."));
  return { ...config, Labels: kept.length === 0 ? null : Object.fromEntries(kept) };
}

/** Owners and second names are not compared: a folder of this machine belongs to whoever builds, and has files only. */
function lineOf({ path, type, mode, size, digest, linkTarget }: TreeEntry): string {
  if (type === "link") return `${path} file`;
  return `${path} ${type ?? "?"} ${mode.toString(8)} ${size} ${digest ?? linkTarget ?? ""}`;
}

beforeAll(async () => {
  for (const example of chosen) {
    for (const args of example.run.prepare) await dockerOutput(args, { cwd: example.folder });
    await mustBuild({ spec: example.spec, tag: tagOf(example, "build") });
  }
  // A dozen frontends that start at once on two cores may each take longer than the ten seconds that BuildKit waits for
  // one.
  const names = chosen.map(({ name }) => name);
  for (let first = 0; first < names.length; first += 4) {
    const some = names.slice(first, first + 4);
    await dockerOutput(["buildx", "bake", "--file", composeFile("bake"), ...some], { env });
    await dockerOutput(["compose", "--file", composeFile("compose"), "build", ...some], { env });
  }
}, 1_800_000);

describe.for(chosen)("$name", (example) => {
  test("is the same image by bake", async () => {
    expect(await inspectImage(tagOf(example, "bake"))).toEqual(await inspectImage(tagOf(example, "build")));
  });

  test("is the same image by compose, but for Compose's own labels", async () => {
    const composed = await inspectImage(tagOf(example, "compose"));
    const built = await inspectImage(tagOf(example, "build"));
    expect({ ...composed, id: built.id, config: withoutComposeLabels(composed.config) }).toEqual(built);
  });

  test("is the same image when it is pushed and pulled", async () => {
    const tag = `${testEngine().registry}/${tagOf(example, "push")}`;
    await mustBuild({ spec: example.spec, tag, args: ["--push"] });
    await docker(["image", "rm", "--force", tag]);
    await dockerOutput(["pull", "--quiet", tag]);
    const { architecture, config, created, diffIds } = await inspectImage(tagOf(example, "build"));
    expect(await inspectImage(tag)).toMatchObject({ architecture, config, created, diffIds });
  });

  test("is the same tree by -o type=local", async () => {
    const out = join(folder, example.name);
    await mustBuild({ spec: example.spec, args: [`--output=type=local,dest=${out}`] });
    expect(folderTree(out).map(lineOf)).toEqual((await imageTree(tagOf(example, "build"))).map(lineOf));
  });

  // Graph drivers have no OCI exporter.
  if (process.env["PITH_STORE"] !== "classic") {
    test("is the same image by -o type=oci", async () => {
      const file = join(folder, `${example.name}.tar`);
      await mustBuild({ spec: example.spec, args: [`--output=type=oci,dest=${file}`] });
      const inspected = await capture("skopeo", ["inspect", "--config", `oci-archive:${file}`]);
      expect(inspected.code, inspected.stderr).toBe(0);
      const { diffIds } = await inspectImage(tagOf(example, "build"));
      expect(JSON.parse(inspected.stdout)).toMatchObject({ rootfs: { diff_ids: diffIds } });
    });
  }
});
