import { expect, test } from "vitest";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";

const bake = z.object({ target: z.record(z.string(), z.looseObject({ target: z.string() })) });

test("the bake file has an image for each program, and its reports", async () => {
  const args = ["buildx", "bake", "-f", "integrations/docker-bake.hcl", "--print", "image", "report"];
  const { target } = bake.parse(JSON.parse(await output("docker", args, { cwd: projectFolder })));
  expect(Object.keys(target).toSorted()).toEqual([
    "image-web",
    "image-worker",
    "report-lock",
    "report-manifest",
    "report-report",
  ]);
  expect(target["image-web"]).toMatchObject({ tags: ["localhost:5000/web:dev"], dockerfile: "pith.yaml" });
});
