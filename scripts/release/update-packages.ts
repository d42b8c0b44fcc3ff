import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output } from "../lib/command.ts";
import { say } from "../lib/project.ts";
import { type DebianPackage, type DebianServers, knownServers, lockFile, type PackageSet } from "./debian-packages.ts";

/*
 * Pins the newest versions of the packages of Debian that a release is made with, in packages.json: to be run where a
 * fix of one of them is wanted. Needs apt, on any machine.
 */
const suites: Readonly<Record<string, readonly string[]>> = {
  debian: ["trixie", "trixie-updates"],
  "debian-security": ["trixie-security"],
};

function sourcesOf({ mirrors }: DebianServers): readonly string[] {
  return mirrors.flatMap((site) =>
    (suites[site.slice(site.lastIndexOf("/") + 1)] ?? []).map((suite) => `deb ${site} ${suite} main`),
  );
}

interface Wanted {
  readonly architecture: string;
  /** True where what they depend on is left out: files to compile with, of another machine. */
  readonly isAlone?: boolean;
  readonly packages: readonly string[];
}

/** libc-bin has a small program for the warm-up; linux-libc-dev has the headers of every architecture. */
const wanted: Readonly<Record<PackageSet, readonly Wanted[]>> = {
  tools: [
    {
      architecture: "amd64",
      packages: ["base-files", "gcc", "gcc-aarch64-linux-gnu", "linux-libc-dev", "musl-dev", "qemu-user"],
    },
    { architecture: "arm64", packages: ["musl-dev"], isAlone: true },
  ],
  amd64: [{ architecture: "amd64", packages: ["base-files", "libc-bin", "libstdc++6"] }],
  arm64: [{ architecture: "arm64", packages: ["base-files", "libc-bin", "libstdc++6"] }],
};

/** Reads what `apt-get --print-uris` prints: an address in quotes, a name, a size and a digest a line. */
export function parseAddresses(printed: string): readonly DebianPackage[] {
  return printed.split("\n").flatMap((line) => {
    const match = /^'https?:\/\/[^/]+\/(?<path>[^']+)' (?<file>\S+)\.deb \d+ SHA256:(?<sha256>[0-9a-f]{64})$/u.exec(
      line,
    );
    const { path = "", file = "", sha256 = "" } = match?.groups ?? {};
    const [name = "", version = "", architecture = ""] = file.split("_").map(decodeURIComponent);
    return match === null ? [] : [{ name, version, architecture, path: decodeURIComponent(path), sha256 }];
  });
}

async function resolve({ architecture, packages, isAlone = false }: Wanted): Promise<readonly DebianPackage[]> {
  const folder = mkdtempSync(join(tmpdir(), "pith-packages-"));
  try {
    for (const name of ["state/lists/partial", "cache/archives/partial"])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "status"), "");
    writeFileSync(join(folder, "sources.list"), `${sourcesOf(await knownServers()).join("\n")}\n`);
    const settings = [
      ["APT::Architecture", architecture],
      ["APT::Architectures", architecture],
      ["APT::Install-Recommends", "false"],
      ["Acquire::Languages", "none"],
      ["Acquire::ForceHash", "SHA256"],
      ["Dir::State", join(folder, "state")],
      ["Dir::State::status", join(folder, "status")],
      ["Dir::Cache", join(folder, "cache")],
      ["Dir::Etc::sourcelist", join(folder, "sources.list")],
      ["Dir::Etc::sourceparts", "/dev/null"],
      ["Dir::Etc::preferencesparts", "/dev/null"],
    ].flatMap(([name = "", value = ""]) => ["-o", `${name}=${value}`]);
    await output("apt-get", [...settings, "-qq", "update"]);
    const found = parseAddresses(await output("apt-get", [...settings, "-qq", "--print-uris", "install", ...packages]));
    return isAlone ? found.filter(({ name }) => packages.includes(name)) : found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const lock: Record<string, unknown> = { snapshot: new Date().toISOString().replace(/[-:]|\.\d+/gu, "") };
  for (const [set, parts] of Object.entries(wanted)) {
    const found = new Map<string, DebianPackage>();
    for (const part of parts) for (const one of await resolve(part)) found.set(one.sha256, one);
    lock[set] = [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    say(`packages: ${String(found.size)} for ${set}`);
  }
  writeFileSync(lockFile, `${JSON.stringify(lock, undefined, 2)}\n`);
}

if (process.argv[1] === import.meta.filename) await main();
