import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder, say } from "../../scripts/lib/project.ts";

const usage = `usage: node test/bench/renovate.ts
Has Renovate, from npm, look for updates of a spec and its lock by the preset of this repository. The registry is that of
npm run engine (PITH_REGISTRY), in which an image has the tags 1.0 and 1.1. Renovate is loaded into a folder of its own.`;
const version = "44.121.2";

/** What Renovate prints of each update that it found. */
const found = /"(depName|currentValue|newValue|newDigest|updateType|branchName|packageFile)": "([^"]+)"/gu;

const presetSchema = z.looseObject({ $schema: z.string() });

const registry = process.env["PITH_REGISTRY"];
if (process.argv.length > 2 || registry === undefined) {
  say(usage);
  process.exitCode = 2;
} else {
  const updates = await tryRenovate(registry);
  process.stdout.write(`${updates.join("\n")}\n`);
  if (!updates.includes("newValue 1.1")) process.exitCode = 1;
}

async function tryRenovate(registry: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "pith-renovate-"));
  try {
    for (const tag of ["1.0", "1.1"]) {
      await output("docker", ["tag", "debian:trixie-slim", `${registry}/pith-test/base:${tag}`]);
      await output("docker", ["push", "--quiet", `${registry}/pith-test/base:${tag}`]);
    }
    writeRepository(folder, registry);
    for (const args of [
      ["init", "--quiet"],
      ["add", "--all"],
      ["commit", "--quiet", "--message", "first"],
    ]) {
      await output("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args]);
    }
    const settings = {
      LOG_LEVEL: "debug",
      RENOVATE_PLATFORM: "local",
      RENOVATE_DRY_RUN: "lookup",
      RENOVATE_BASE_DIR: join(folder, ".git/renovate"),
    };
    const renovate = ["--yes", "--ignore-scripts", `renovate@${version}`];
    const stdout = await output("npx", renovate, { cwd: folder, env: settings });
    return [...stdout.matchAll(found)].map(([, key, value]) => `${key ?? ""} ${value ?? ""}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeRepository(folder: string, registry: string): void {
  const name = `${registry}/pith-test/base:1.0`;
  const digest = `sha256:${"1".repeat(64)}`;
  const lock = { version: 1, builders: { main: { image: { name, digest }, packages: { "linux/amd64": {} } } } };
  writeFileSync(join(folder, "pith.yaml"), `# syntax=${name}\nfrom: ${name}\nbinaries: [cat]\n`);
  writeFileSync(join(folder, "pith.lock"), `${JSON.stringify(lock, undefined, 2)}\n`);
  const preset = readFileSync(join(projectFolder, "integrations/renovate/default.json"), "utf8");
  const { $schema: _, ...settings } = presetSchema.parse(JSON.parse(preset));
  const hostRules = [{ matchHost: `https://${registry}`, insecureRegistry: true }];
  const own = { ...settings, enabledManagers: ["custom.regex"], hostRules };
  writeFileSync(join(folder, "renovate.json"), JSON.stringify(own));
}
