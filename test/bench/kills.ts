import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../../scripts/lib/bundle.ts";
import { killBuilds } from "../support/killed-builds.ts";
import { table } from "./tables.ts";

const usage =
  "usage: node test/bench/kills.ts [--kills N] [--seed N] [--only KIND]: kills builds and pushes with SIGKILL at random moments, and reads what they left";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    only: { type: "string" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pith-kills-"));
  try {
    await bundle("cli", folder);
    const rows: string[][] = [];
    for (const kind of ["oci", "oci-archive", "docker-archive", "dir", "tar", "registry", "push"] as const) {
      if (values.only !== undefined && values.only !== kind) continue;
      const kills = Number(values.kills);
      const seed = Number(values.seed);
      const { old, whole, late, leftovers } = await killBuilds({
        kind,
        kills,
        seed,
        bytes: 20_000_000,
        program: join(folder, "cli.js"),
      });
      const what =
        kind === "push"
          ? "`pith push`"
          : kind === "registry"
            ? "`pith build -o HOST/NAME`"
            : `\`pith build -o ${kind}:\``;
      rows.push([what, ...[kills, old, whole, late, leftovers].map(String)]);
      console.error(rows.at(-1)?.join(" "));
    }
    console.log(
      table(["command", "kills", "left the old one", "left the new one", "came after the end", "most leftovers"], rows),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.help) console.error(usage);
else await main();
