import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../../../scripts/lib/project.ts";
import { nodeVersion } from "../../../../scripts/release/node-programs.ts";

test("images have the Node that the scripts run with", () => {
  expect(readFileSync(join(projectFolder, "package.json"), "utf8")).toContain(`"node": "${nodeVersion}"`);
});
