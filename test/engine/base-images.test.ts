import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { BaseImage } from "../../scripts/lib/base-recipes.ts";
import { packFolder } from "../../scripts/lib/layer-file.ts";
import { loadMade } from "../../scripts/lib/load-base-images.ts";
import { findDocker, unobtainable } from "../../scripts/lib/own-docker.ts";
import { build, docker, dockerOutput } from "../support/engine.ts";
import { makeProject } from "../support/project.ts";

/* What the demo and `npm run up` do with a Docker that cannot pull: on each store. */

const image = "pith-base/tiny:1";
afterAll(async () => void (await docker(["image", "rm", "--force", image, "tiny-dockerfile"])));

let made = 0;
const tiny: BaseImage = {
  repository: "tiny",
  tags: ["1"],
  command: [],
  architectures: ["amd64"],
  layers: async (folder) => {
    made++;
    const stage = join(folder, "stage");
    mkdirSync(stage);
    writeFileSync(join(stage, "note"), "loaded\n");
    return [await packFolder(stage, join(folder, "stage.tar"), 0)];
  },
};

test("an image that no registry has is told with a reason", async () => {
  const lacking = await unobtainable(["pith-nowhere/nothing:1"], {});
  expect([...lacking.keys()]).toEqual(["pith-nowhere/nothing:1"]);
  expect(lacking.get("pith-nowhere/nothing:1")).toMatch(/^\S.{3,160}/u);
});

test("a made image is loaded once, and builds of a Dockerfile and of a spec find it without a registry", async () => {
  const found = await findDocker();
  if (!("docker" in found)) throw new Error(found.reason);
  const { environment } = found.docker;
  await docker(["image", "rm", "--force", image]);
  made = 0;
  const load = async (key: string): Promise<string> => loadMade(tiny, { name: "tiny:1", key, environment });
  expect(await load("recipe-1")).toBe(image);
  expect(await load("recipe-1")).toBe(image);
  expect(made).toBe(1);
  await load("recipe-2");
  expect(made).toBe(2);

  const project = makeProject({
    Dockerfile: `ARG BASE\nFROM \${BASE}\nCOPY Dockerfile /\n`,
    "pith.yaml": "args: {BASE: scratch}\nfrom: ${BASE}\nfiles: {/note: {from: main, src: /note}}\n",
  });
  await dockerOutput(["build", "--quiet", "--build-arg", `BASE=${image}`, "-t", "tiny-dockerfile", project.folder]);
  // The base is found: all that is missing is a program, which the image has none of.
  const { output } = await build({ spec: project.path("pith.yaml"), args: ["--build-arg", `BASE=${image}`] });
  expect(output).toContain("ENTRYPOINT_MISSING");
  expect(await dockerOutput(["image", "inspect", "--format", "{{len .RootFS.Layers}}", "tiny-dockerfile"])).toBe("2");
});
