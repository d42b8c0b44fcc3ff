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
  /** What is added to it: a function, and an import, which may change the closure. Other ones each round. */
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
 * `app-through` is `app` against a peer whose application goes through its builder; `app-import` is that with an import added, for
 * which the closure is resolved again.
 */
export type Scenario = "cold" | "no-op" | "app" | "app-through" | "app-import" | "builder";

/** Seconds of each run, in the order that they were made in. */
export interface Runs {
  readonly peer: readonly number[];
  readonly pith: readonly number[];
}

export interface BuildResult {
  readonly example: string;
  readonly scenarios: Readonly<Record<Scenario, Runs>>;
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

/** Builds an example and its peer in turns, `runs` times a scenario (a third of that where everything is built anew). */
export async function measureBuilds(
  one: BuildCase,
  { frontend, runs }: { readonly frontend: string; readonly runs: number },
): Promise<BuildResult> {
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

    const few = Math.max(1, Math.round(runs / 3));
    const prune = async () => void (await output("docker", ["builder", "prune", "-af"]));
    const cold = await inTurns(`${one.example}: cold`, few, make, prune);
    for (const side of who) await make[side]();
    const noOp = await inTurns(`${one.example}: nothing changed`, runs, make);
    // Rounds of all three scenarios are counted through, so that no two make the same change.
    const adding = (text: (round: number) => string, first: number) => async (side: Who, round: number) => {
      const file = side === "pith" ? join(ours, one.source) : join(theirs, "app", one.source);
      appendFileSync(file, text(first + round));
    };
    const app = await inTurns(`${one.example}: application changed`, runs, make, adding(one.addFunction, 0));
    const through: Readonly<Record<Who, () => Promise<void>>> = {
      ...make,
      peer: () => build(["-f", join(theirs, "Dockerfile.through"), "-t", images.peer, theirs]),
    };
    await through.peer();
    const title = `${one.example}: application changed, through the peer's builder`;
    const appThrough = await inTurns(title, runs, through, adding(one.addFunction, runs));
    const appImport = await inTurns(`${title}: an import`, runs, through, adding(one.addImport, 0));
    const spec = readFileSync(join(ours, "pith.yaml"), "utf8");
    const dockerfile = readFileSync(join(theirs, "Dockerfile"), "utf8");
    const changeBuilder = async (side: Who, round: number) => {
      const step = `touch /opt/unrelated-${round}`;
      if (side === "pith") writeFileSync(join(ours, "pith.yaml"), `${spec}build: [{run: ${step}}]\n`);
      else writeFileSync(join(theirs, "Dockerfile"), dockerfile.replace(/^(FROM .* AS builder)$/m, `$1\nRUN ${step}`));
    };
    const builder = await inTurns(`${one.example}: builder changed`, few, make, changeBuilder);
    const peaks = await watchMemory(async () => {
      await changeBuilder("pith", few);
      await make.pith();
    });
    return {
      example: one.example,
      scenarios: { cold, "no-op": noOp, app, "app-through": appThrough, "app-import": appImport, builder },
      ...compared,
      peaks,
    };
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
