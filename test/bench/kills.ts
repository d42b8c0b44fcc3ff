import { parseArgs } from "node:util";
import { killBuilds } from "../support/killed-builds.ts";

const usage =
  "usage: node test/bench/kills.ts [--kills N] [--seed N]: kills builds with SIGKILL at random moments, and reads what they left";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.error(usage);
else {
  console.log(
    "| output | kills | left the old one | left the new one | came after the end |\n| --- | --- | --- | --- | --- |",
  );
  for (const kind of ["oci", "oci-archive", "docker-archive", "dir"] as const) {
    const kills = Number(values.kills);
    const { old, whole, late } = await killBuilds({ kind, kills, seed: Number(values.seed), bytes: 20_000_000 });
    console.log(`| \`${kind}:\` | ${kills} | ${old} | ${whole} | ${late} |`);
  }
}
