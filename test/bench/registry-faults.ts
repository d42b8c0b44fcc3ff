import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundle } from "../../scripts/lib/bundle.ts";
import { capture, isInstalled } from "../../scripts/lib/command.ts";
import { installRegistryClients } from "../../scripts/lib/packages.ts";
import { say } from "../../scripts/lib/project.ts";
import type { RegistryFault } from "../support/registry/faults.ts";
import { pullFaults } from "../support/registry/pull-faults.ts";
import { pushFaults } from "../support/registry/push-faults.ts";
import { type Driven, type FaultTask, runFault } from "../support/registry/run-fault.ts";
import { printFaults, resultsOf, type Score, writeFaults } from "./registry-results.ts";

const usage = `usage: node test/bench/registry-faults.ts [--only WORD] [--client NAME] [--write]
Has Pith, skopeo, oras and (where it is installed) crane copy an image from and to a registry that misbehaves, and scores them in the same way.

  --write   Keep what was found in test/bench/results.json.`;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    client: { type: "string" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Whoever has not ended by then hangs. */
const patienceMilliseconds = 60_000;

interface Client {
  readonly name: string;
  version(): Promise<string>;
  command(task: FaultTask): readonly [program: string, ...args: string[]];
}

async function clientsAt(folder: string): Promise<readonly Client[]> {
  await installRegistryClients();
  await bundle("cli", folder);
  const all: readonly (Client & { readonly program: string })[] = [
    {
      name: "Pith",
      program: process.execPath,
      version: async () => Promise.resolve(""),
      command: ({ side, reference, layout }) => {
        const [from, to] = side === "pull" ? [reference, `oci:${layout}:1`] : [`oci:${layout}:1`, reference];
        return [process.execPath, join(folder, "cli.js"), "copy", from, to];
      },
    },
    {
      name: "skopeo",
      program: "skopeo",
      version: async () => versionOf("skopeo", ["--version"]),
      command: ({ side, reference, layout, configFolder }) => {
        const login = ["--authfile", join(configFolder, "config.json")];
        const [name, hostPath] = [`docker://${reference}`, `oci:${layout}:1`];
        return side === "pull"
          ? ["skopeo", "copy", "--all", ...login, "--src-tls-verify=false", name, hostPath]
          : ["skopeo", "copy", "--all", ...login, "--dest-tls-verify=false", hostPath, name];
      },
    },
    {
      name: "oras",
      program: "oras",
      version: async () => versionOf("oras", ["version"]),
      command: ({ side, reference, layout, configFolder }) => {
        const config = join(configFolder, "config.json");
        return side === "pull"
          ? [
              "oras",
              "cp",
              "--from-plain-http",
              "--from-registry-config",
              config,
              reference,
              "--to-oci-layout",
              `${layout}:1`,
            ]
          : [
              "oras",
              "cp",
              "--from-oci-layout",
              `${layout}:1`,
              "--to-plain-http",
              "--to-registry-config",
              config,
              reference,
            ];
      },
    },
    {
      name: "crane",
      program: "crane",
      version: async () => versionOf("crane", ["version"]),
      command: ({ side, reference, layout }) =>
        side === "pull"
          ? ["crane", "pull", "--insecure", "--format=oci", reference, layout]
          : ["crane", "push", "--insecure", layout, reference],
    },
  ];
  const installed: Client[] = [];
  for (const client of all) {
    const isWanted = values.client === undefined || values.client === client.name;
    const isThere =
      client.program === process.execPath ||
      (await isInstalled(client.program, ["version"])) ||
      (await isInstalled(client.program));
    if (isWanted && isThere) installed.push(client);
  }
  return installed;
}

async function versionOf(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await capture(program, args);
  return /\d+\.\d+(?:\.\d+)?/u.exec(stdout)?.[0] ?? "";
}

async function score(client: Client, fault: RegistryFault, folder: string): Promise<Score> {
  const own = mkdtempSync(join(folder, "case-"));
  let measured = { seconds: 0, megabytes: 0 };
  try {
    const { problem } = await runFault(fault, own, async (task) => {
      const { driven, ...rest } = await run(client.command(task), task.configFolder);
      measured = rest;
      return driven;
    });
    return { problem, ...measured };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

async function run(
  [program, ...args]: readonly [string, ...string[]],
  configFolder: string,
): Promise<{ readonly driven: Driven | "too long"; readonly seconds: number; readonly megabytes: number }> {
  const started = performance.now();
  let said = "";
  let megabytes = 0;
  const child = spawn(program, args, {
    env: { ...process.env, DOCKER_CONFIG: configFolder, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const listen = (chunk: Buffer): void => void (said = `${said}${chunk.toString()}`.slice(-1_000_000));
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const watch = setInterval(() => (megabytes = Math.max(megabytes, peakOf(child.pid))), 50);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, patienceMilliseconds);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", resolve);
  });
  clearInterval(watch);
  clearTimeout(late);
  const seconds = (performance.now() - started) / 1000;
  return { driven: isLate ? "too long" : { isFine: code === 0, said }, seconds, megabytes };
}

function peakOf(pid: number | undefined): number {
  const file = `/proc/${String(pid)}/status`;
  try {
    return existsSync(file) ? Number(/VmHWM:\s*(\d+) kB/u.exec(readFileSync(file, "utf8"))?.[1] ?? 0) / 1024 : 0;
  } catch {
    // It ended between the two looks.
    return 0;
  }
}

async function main(): Promise<number> {
  if (values.help) {
    say(usage);
    return 0;
  }
  const faults = [...pullFaults, ...pushFaults].filter(({ name }) => name.includes(values.only));
  const folder = mkdtempSync(join(tmpdir(), "pith-faults-"));
  try {
    const clients = await clientsAt(folder);
    // Side by side: most of the time goes by in waiting.
    const columns = await Promise.all(
      clients.map(async (client) => {
        const scores: Score[] = [];
        for (const fault of faults) {
          const found = await score(client, fault, folder);
          scores.push(found);
          say(
            `faults: ${client.name}: ${fault.side}: ${fault.name}: ${found.problem ?? "ok"}, ${found.seconds.toFixed(1)} s`,
          );
        }
        return { title: `${client.name} ${await client.version()}`.trim(), scores };
      }),
    );
    const results = resultsOf(faults, columns);
    console.log(printFaults(results));
    if (values.write) writeFaults(results);
    const own = columns.find(({ title }) => title === "Pith");
    return own?.scores.some(({ problem }) => problem !== undefined) === true ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
