import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { randomFrom } from "../fuzz/random.ts";
import { archive } from "./archive.ts";
import { writeElf } from "./elf-writer.ts";
import { checkCache, type Described, describeOutput, describePushed, type OutputKind } from "./killed-outputs.ts";
import { type MemoryRegistry, startMemoryRegistry } from "./registry/memory-registry.ts";
import { imageOfArchives, storeImage, writeImageLayout } from "./registry/test-image.ts";

/** `push` is `pith push` of a layout; the others are `pith build` with that output. */
export type KilledKind = OutputKind | "push";

export interface Killing {
  readonly kind: KilledKind;
  readonly kills: number;
  readonly seed: number;
  /** Of the source's files, together: what makes a build last. */
  readonly bytes: number;
  /** The command line, where it is bundled. */
  readonly program?: string;
}

/** How many kills left what. Nothing else may be left in the place of the output. */
export interface Leavings {
  /** The earlier output: for `dir`, which replaces nothing, no directory. */
  readonly old: number;
  readonly whole: number;
  /** Kills that came after the command's own end. */
  readonly late: number;
  /** Most unfinished files that lay beside the output at once. */
  readonly leftovers: number;
}

const unbundled = path.join(import.meta.dirname, "../../src/bin/cli.ts");
const spec = `args: {TURN: "0"}
from: base
binaries: [/usr/bin/tool]
closure: {include: [/srv/data]}
files: {/srv/turn: {content: "\${TURN}"}}
`;
const someFiles = 40;

/**
 * Runs a command again and again, and kills each with SIGKILL at a moment of its work, by a seed. Each writes another
 * image, so that the old one and the new one differ. Throws where an output is neither of them, where the cache holds
 * something else than it says, and where the run after all the kills does not succeed, or leaves anything of them
 * behind.
 */
export async function killBuilds(killing: Killing): Promise<Leavings> {
  const { kind, kills, seed } = killing;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-kill-"));
  const registry = await startMemoryRegistry();
  try {
    const scene: Scene = { ...killing, folder, registry };
    setScene(scene);
    const random = randomFrom(seed);
    const begun = performance.now();
    await run(scene, "0");
    const typical = performance.now() - begun;
    const first = await describe(scene);
    if (first === undefined) throw new Error("the first run left nothing");
    let old: Described | undefined = first;
    const left = { old: 0, whole: 0, late: 0, leftovers: 0 };
    for (let turn = 1; turn <= kills; turn++) {
      if (kind === "dir") {
        fs.rmSync(path.join(folder, "out"), { recursive: true, force: true });
        old = undefined;
      }
      // Half of the runs find the builder in the cache.
      if (random.below(2) === 0) fs.rmSync(path.join(folder, "cache"), { recursive: true, force: true });
      const kill = { after: random.below(1000) / 1000, typical, onceWriting: turn % 2 === 0 };
      const isWhole = await run(scene, String(turn), kill);
      left.leftovers = Math.max(left.leftovers, leftovers(folder).length);
      checkCache(path.join(folder, "cache/pith/blobs"));
      const found = await describe(scene);
      const isNew = found?.turn === String(turn);
      if (found !== undefined && found.rest !== first.rest)
        throw new Error(`after kill ${turn} files are not what they were`);
      if (isNew) left.whole++;
      else if (found?.turn === old?.turn) left.old++;
      else throw new Error(`after kill ${turn} the output is neither the old one nor the new one`);
      if (isWhole) left.late++;
      if (isWhole && !isNew) throw new Error(`run ${turn} ended well and left the old output`);
      old = found;
    }
    if (kind === "dir") fs.rmSync(path.join(folder, "out"), { recursive: true, force: true });
    await run(scene, "last");
    if ((await describe(scene))?.turn !== "last") throw new Error("the run after all kills leaves an old output");
    const remaining = leftovers(folder);
    if (remaining.length > 0) throw new Error(`the run after all kills leaves ${remaining.join(", ")}`);
    return left;
  } finally {
    await registry.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

interface Scene extends Killing {
  readonly folder: string;
  readonly registry: MemoryRegistry;
}

/** Files that somebody began, and did not finish. */
function leftovers(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?:^|\/)\.[^/]*\.pith-[^/]*$/u.test(name));
}

/**
 * Makes the builder: a directory, or for a build that pushes, an image of the registry, which goes through the cache.
 */
function setScene({ kind, folder, bytes, registry }: Scene): void {
  const contents = Array.from({ length: someFiles }, (_, index) => noise(index + 1, Math.ceil(bytes / someFiles)));
  const tool = writeElf({ machine: "x86_64", dynamic: false });
  if (kind === "registry") {
    const members = contents.map((content, index) => ({ name: `srv/data/${index}`, content }));
    const builder = archive([{ name: "usr/bin/tool", content: Buffer.from(tool), mode: 0o755 }, ...members]);
    storeImage(registry, imageOfArchives([builder]), "1", "builder");
  }
  const tree = path.join(folder, "tree");
  fs.mkdirSync(path.join(tree, "usr/bin"), { recursive: true });
  fs.mkdirSync(path.join(tree, "srv/data"), { recursive: true });
  fs.writeFileSync(path.join(tree, "usr/bin/tool"), tool, { mode: 0o755 });
  for (const [index, content] of contents.entries()) fs.writeFileSync(path.join(tree, `srv/data/${index}`), content);
  fs.writeFileSync(path.join(folder, "pith.yaml"), spec);
}

function noise(seed: number, length: number): Buffer {
  const random = randomFrom(seed);
  const content = Buffer.alloc(length);
  for (let at = 0; at + 4 <= content.length; at += 4) content.writeUInt32LE(random.below(2 ** 32 - 1), at);
  return content;
}

async function describe({ kind, folder, registry }: Scene): Promise<Described | undefined> {
  if (kind === "registry" || kind === "push") return describePushed(registry, folder);
  return describeOutput(kind, path.join(folder, "out"));
}

function commandOf({ kind, folder, registry, bytes }: Scene, turn: string): readonly string[] {
  const reference = `${registry.host}/app:1`;
  if (kind === "push") {
    const layout = path.join(folder, "layout");
    fs.rmSync(layout, { recursive: true, force: true });
    const large = archive([{ name: "srv/large", content: noise(1, bytes) }]);
    writeImageLayout(layout, imageOfArchives([large, archive([{ name: "srv/turn", content: turn }])]));
    return ["push", "oci:layout", reference];
  }
  const source = kind === "registry" ? `${registry.host}/builder:1` : "dir:tree";
  const output = kind === "registry" ? reference : `${kind}:out`;
  const naming = kind === "dir" || kind === "tar" || kind === "registry" ? [] : ["-t", "app:1"];
  const args = ["build", "--platform", "linux/amd64", "--source", `main=${source}`, "-o", output, ...naming];
  return [...args, "--build-arg", `TURN=${turn}`];
}

interface Kill {
  /** A share of the time that there is. */
  readonly after: number;
  /** Milliseconds of a run that nobody kills. */
  readonly typical: number;
  /** The time begins when the output is begun: most of a run goes by before. */
  readonly onceWriting: boolean;
}

const writingMilliseconds = 150;

/** Runs one command; true when it ended well by itself. Throws where it fails and nobody has killed it. */
async function run(scene: Scene, turn: string, kill?: Kill): Promise<boolean> {
  const { folder, program = unbundled, registry, kind } = scene;
  const args = commandOf(scene, turn);
  if (kind === "push" || kind === "registry") forget(registry);
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, XDG_CACHE_HOME: path.join(folder, "cache") },
  });
  let said = "";
  let timer: NodeJS.Timeout | undefined;
  const begun = performance.now();
  const killAfter = (milliseconds: number): void => {
    timer ??= setTimeout(() => child.kill("SIGKILL"), milliseconds);
  };
  const stopWatching =
    kill?.onceWriting === true ? onceWriting(scene, () => killAfter(writingMilliseconds * kill.after)) : undefined;
  // A push says nothing before its end; most of the time before a build's first word goes by while the program is
  // loaded.
  if (kill?.onceWriting === false && kind === "push") killAfter(kill.typical * kill.after);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    // The rest of the time of a whole build begins when it says its first word.
    if (kill?.onceWriting === false) killAfter(Math.max(50, kill.typical - (performance.now() - begun)) * kill.after);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(timer);
  stopWatching?.();
  if (code !== 0 && !child.killed) throw new Error(`a run that nobody kills ends with ${String(code)}: ${said}`);
  return code === 0;
}

/** Tells when the first byte of an output, or of an upload, is on its way. */
function onceWriting({ kind, folder, registry }: Scene, tell: () => void): () => void {
  if (kind === "push" || kind === "registry") {
    const before = registry.seen.length;
    const timer = setInterval(() => {
      if (registry.seen.slice(before).some(({ method }) => method === "POST")) tell();
    }, 1);
    return () => clearInterval(timer);
  }
  const watcher = fs.watch(folder, { recursive: true }, (_, name) => {
    if (name?.includes(".pith-") === true) tell();
  });
  return () => watcher.close();
}

/** Drops the blobs that no manifest names any more, so that a hundred pushes send as much as the first. */
function forget({ blobs, manifests }: MemoryRegistry): void {
  const named = [...manifests].filter(([name]) => /^\w+ 1$/u.test(name)).map(([, { bytes }]) => bytes.toString());
  for (const digest of blobs.keys()) if (!named.some((text) => text.includes(digest))) blobs.delete(digest);
}
