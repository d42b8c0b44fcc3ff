import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../../scripts/lib/bundle.ts";
import { output } from "../../scripts/lib/command.ts";
import { installRegistryClients } from "../../scripts/lib/packages.ts";
import { say } from "../../scripts/lib/project.ts";
import { startRegistry } from "../../scripts/lib/registry.ts";
import { imageOf, writeImageLayout } from "../support/registry/test-image.ts";
import { median, table } from "./tables.ts";
import { type Command, type Taken, timed } from "./timed.ts";

const usage = `usage: node test/bench/push-speed.ts [--runs N] [--megabytes N]
Pushes the same image from an OCI layout to a docker-registry that is empty, with Pith and with skopeo, in turns.`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "7" },
    megabytes: { type: "string", default: "300" },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function pushWith(name: "pith" | "skopeo", layout: string, folder: string): Promise<Taken> {
  const hostPath = mkdtempSync(join(folder, "registry-"));
  const registry = await startRegistry(hostPath, "with-us");
  try {
    const target = `${registry.host}/bench/${name}:1`;
    const command: Command =
      name === "pith"
        ? [process.execPath, join(folder, "cli.js"), "push", "-q", `oci:${layout}`, target]
        : ["skopeo", "copy", "-q", "--dest-tls-verify=false", `oci:${layout}:1`, `docker://${target}`];
    const pushed = await timed([command]);
    // A file that took less time has to be all there.
    await output("skopeo", ["inspect", "--tls-verify=false", `docker://${target}`]);
    return pushed;
  } finally {
    await registry.stop();
    rmSync(hostPath, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const [runs, megabytes] = [Number(values.runs), Number(values.megabytes)];
  if (values.help || !(runs >= 1) || !(megabytes >= 1)) {
    say(usage);
    return values.help ? 0 : 2;
  }
  await installRegistryClients();
  // A registry that runs already may have the image.
  delete process.env["PITH_REGISTRY"];
  const folder = mkdtempSync(join(tmpdir(), "pith-push-"));
  try {
    await bundle("cli", folder);
    const results: Readonly<Record<"pith" | "skopeo", Taken[]>> = { pith: [], skopeo: [] };
    for (let run = 0; run < runs; run++) {
      // New bytes each time, since skopeo remembers where it has pushed which layer.
      const layout = join(folder, `layout-${String(run)}`);
      const layers = [0.6, 0.2, 0.1, 0.1].map((share) => randomBytes(Math.round(share * megabytes * 1e6)));
      writeImageLayout(layout, imageOf(layers));
      const order = run % 2 === 0 ? (["pith", "skopeo"] as const) : (["skopeo", "pith"] as const);
      for (const name of order) {
        const pushed = await pushWith(name, layout, folder);
        results[name].push(pushed);
        say(`push: ${name}: ${pushed.seconds.toFixed(2)} s, ${pushed.megabytes.toFixed(0)} MB`);
      }
      rmSync(layout, { recursive: true, force: true });
    }
    const seconds = (name: "pith" | "skopeo") => median(results[name].map((one) => one.seconds));
    const rows = (["pith", "skopeo"] as const).map((name) => [
      name,
      `${seconds(name).toFixed(2)} s`,
      (seconds(name) / seconds("skopeo")).toFixed(2),
      `${Math.max(...results[name].map((one) => one.megabytes)).toFixed(0)} MB`,
      String(runs),
    ]);
    console.log(table([`push of ${String(megabytes)} MB`, "median", "ratio", "peak memory", "runs"], rows));
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
