import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder, say } from "../../scripts/lib/project.ts";
import { savedImageFiles } from "../../scripts/lib/saved-image.ts";
import { type Peaks, watchMemory } from "./memory.ts";
import { type Language, writePeer } from "./peer.ts";

export interface BuildCase {
  readonly example: string;
  readonly base: string;
  readonly language: Language;
  /** The file of the application that changes. */
  readonly source: string;
  /** The edit: a function, and an import, which may change the closure. Other ones each round. */
  readonly addFunction: (round: number) => string;
  readonly addImport: (round: number) => string;
}

const python = ["wave", "zlib", "html", "csv", "uuid", "shelve", "glob", "cmd", "bisect", "sched"];
const node = ["zlib", "os", "dns", "tty", "url", "util", "net", "vm", "tls", "repl"];

export const buildCases: readonly BuildCase[] = [
  {
    example: "python-flask",
    base: "python:3.13-slim",
    language: "python",
    source: "app.py",
    addFunction: (round) => `\n\ndef added_${round}():\n    return ${round}\n`,
    addImport: (round) => `import ${python[round % python.length]}\n`,
  },
  {
    example: "node-express",
    base: "node:24-slim",
    language: "node",
    source: "server.js",
    addFunction: (round) => `\nfunction added${round}() {\n  return ${round};\n}\n`,
    addImport: (round) => `require("node:${node[round % node.length]}");\n`,
  },
];

/**
 * `app-through` is `app` against a peer whose application goes through its builder; `app-import` is that with an import
 * added, for which the closure is resolved again.
 */
export type Scenario = "cold" | "no-op" | "app" | "app-through" | "app-import" | "builder";

export const allScenarios: readonly Scenario[] = ["cold", "no-op", "app", "app-through", "app-import", "builder"];

/** Seconds of each run, in the order that they were made in. */
export interface Runs {
  readonly peer: readonly number[];
  readonly pith: readonly number[];
}

export interface BuildResult {
  readonly example: string;
  /** Those that were measured. */
  readonly scenarios: Readonly<Partial<Record<Scenario, Runs>>>;
  /** Bytes of the files, and their number; directories count as none. */
  readonly size: { readonly peer: number; readonly pith: number };
  readonly files: { readonly peer: number; readonly pith: number };
  /** Paths that only one of the two images has. */
  readonly differing: readonly string[];
  /** Of a build in which the resolver runs. */
  readonly peaks: Peaks;
}

const who = ["peer", "pith"] as const;
type Who = (typeof who)[number];

export interface BuildRuns {
  readonly frontend: string;
  /** Of each scenario; a third of that where everything is built anew, unless scenarios are named. */
  readonly runs: number;
  /** Named scenarios, to be measured alone. */
  readonly only?: readonly Scenario[] | undefined;
}

/** Builds an example and its peer in turns. */
export async function measureBuilds(one: BuildCase, { frontend, runs, only }: BuildRuns): Promise<BuildResult> {
  const scratch = mkdtempSync(join(tmpdir(), "pith-bench-"));
  try {
    const ours = join(scratch, "pith");
    const theirs = join(scratch, "peer");
    cpSync(join(projectFolder, "examples", one.example), ours, { recursive: true });
    mkdirSync(theirs);
    const images = { pith: `pith-bench/${one.example}:pith`, peer: `pith-bench/${one.example}:peer` };
    const pithArgs = ["--build-arg", `BUILDKIT_SYNTAX=${frontend}`, "-f", join(ours, "pith.yaml")];
    const make: Readonly<Record<Who, () => Promise<void>>> = {
      pith: () => build([...pithArgs, "-t", images.pith, ours]),
      peer: () => build(["-f", join(theirs, "Dockerfile"), "-t", images.peer, theirs]),
    };
    await make.pith();
    const manifestFolder = join(scratch, "manifest");
    await build([...pithArgs, "--target", "manifest", "-o", manifestFolder, ours]);
    await writePeer(theirs, { ...one, image: images.pith, manifestFolder, appFolder: ours });
    await make.peer();
    const compared = await compareImages(images);

    const few = only === undefined ? Math.max(1, Math.round(runs / 3)) : runs;
    const scenarios: Partial<Record<Scenario, Runs>> = {};
    const measure = async (
      scenario: Scenario,
      rounds: number,
      how: Readonly<Record<Who, () => Promise<void>>>,
      before?: (side: Who, round: number) => Promise<void>,
    ): Promise<void> => {
      if (only?.includes(scenario) === false) return;
      scenarios[scenario] = await inTurns(`${one.example}: ${scenario}`, rounds, how, before);
    };
    await measure("cold", few, make, async () => void (await output("docker", ["builder", "prune", "-af"])));
    for (const side of who) await make[side]();
    await measure("no-op", runs, make);
    // Rounds of all three scenarios are counted through, so that no two make the same change.
    const adding = (text: (round: number) => string, first: number) => async (side: Who, round: number) => {
      const file = side === "pith" ? join(ours, one.source) : join(theirs, "app", one.source);
      appendFileSync(file, text(first + round));
    };
    await measure("app", runs, make, adding(one.addFunction, 0));
    const through: Readonly<Record<Who, () => Promise<void>>> = {
      ...make,
      peer: () => build(["-f", join(theirs, "Dockerfile.through"), "-t", images.peer, theirs]),
    };
    await through.peer();
    await measure("app-through", runs, through, adding(one.addFunction, runs));
    await measure("app-import", runs, through, adding(one.addImport, 0));
    const spec = readFileSync(join(ours, "pith.yaml"), "utf8");
    const dockerfile = readFileSync(join(theirs, "Dockerfile"), "utf8");
    const changeBuilder = async (side: Who, round: number) => {
      const step = `touch /opt/unrelated-${round}`;
      if (side === "pith") writeFileSync(join(ours, "pith.yaml"), `${spec}build: [{run: ${step}}]\n`);
      else writeFileSync(join(theirs, "Dockerfile"), dockerfile.replace(/^(FROM .* AS builder)$/m, `$1\nRUN ${step}`));
    };
    await measure("builder", few, make, changeBuilder);
    const peaks = await watchMemory(async () => {
      await changeBuilder("pith", few);
      await make.pith();
    });
    return { example: one.example, scenarios, ...compared, peaks };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Alternates who is first, so that neither always meets the warmer machine. */
export async function inTurns(
  title: string,
  rounds: number,
  make: Readonly<Record<Who, () => Promise<void>>>,
  before: (side: Who, round: number) => Promise<void> = async () => {},
): Promise<Runs> {
  const runs: Record<Who, number[]> = { peer: [], pith: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? who : who.toReversed()) {
      await before(side, round);
      const start = performance.now();
      await make[side]();
      runs[side].push((performance.now() - start) / 1000);
    }
  }
  const shown = who.map((side) => `${side} ${runs[side].map((seconds) => seconds.toFixed(2)).join(" ")}`);
  say(`bench: ${title}: ${shown.join(", ")}`);
  return runs;
}

export async function build(args: readonly string[]): Promise<void> {
  await output("docker", ["build", "--progress=quiet", "--network=host", ...args], {
    env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" },
  });
}

async function compareImages(
  images: Readonly<Record<Who, string>>,
): Promise<Pick<BuildResult, "size" | "files" | "differing">> {
  const peer = (await savedImageFiles(images.peer)).filter((file) => file.type !== "directory");
  const pith = (await savedImageFiles(images.pith)).filter((file) => file.type !== "directory");
  const peerPaths = new Set(peer.map((file) => file.path));
  const pithPaths = new Set(pith.map((file) => file.path));
  const sum = (files: typeof peer) => files.reduce((bytes, file) => bytes + file.size, 0);
  return {
    size: { peer: sum(peer), pith: sum(pith) },
    files: { peer: peer.length, pith: pith.length },
    differing: [...peerPaths, ...pithPaths].filter((path) => !peerPaths.has(path) || !pithPaths.has(path)).sort(),
  };
}
