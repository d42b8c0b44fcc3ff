import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder, say } from "../../scripts/lib/project.ts";
import { compareFound } from "./cdxgen/compare.ts";
import { applications } from "./cdxgen/images.ts";
import { cdxgenVersion, findPackages, prepareBuilder } from "./cdxgen/prepare.ts";
import { differenceTable } from "./cdxgen/table.ts";

const usage = `usage: node test/bench/cdxgen.ts [NAME...]
Builds twelve images of six ecosystems, as root, and compares the packages of their SBOMs with those that cdxgen ${cdxgenVersion} and
Trivy's engine find in them. Each difference is explained by a rule, or the command fails. Makes its builder in .cache/cdxgen.
Packages of Debian: mmdebstrap, unzip, binutils.`;

const names = process.argv.slice(2);
if (names.some((name) => !applications.some((one) => one.name === name))) {
  say(usage);
  process.exitCode = 2;
} else {
  const folder = join(projectFolder, ".cache/cdxgen");
  mkdirSync(folder, { recursive: true });
  const cdxgen = join(folder, "node_modules/.bin/cdxgen");
  if (!existsSync(cdxgen)) {
    const options = ["--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
    await output("npm", ["install", ...options, `@cyclonedx/cdxgen@${cdxgenVersion}`]);
  }
  const builder = join(folder, "builder");
  await prepareBuilder(builder);
  const compared = [];
  for (const one of applications.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const found = await findPackages(one, { builder, folder, cdxgen });
    const { differences, ...counts } = await compareFound(one, found, builder);
    compared.push({ ...counts, differences });
    for (const { address, side, rule, witness } of differences) {
      const why = rule === undefined ? "UNEXPLAINED" : `${rule} (${witness})`;
      say(`${one.name}: ${side} ${address}: ${why}`);
    }
  }
  process.stdout.write(`${differenceTable(compared)}\n`);
  if (compared.some(({ differences }) => differences.some(({ rule }) => rule === undefined))) process.exitCode = 1;
}
