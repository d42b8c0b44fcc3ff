import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openSource } from "../../src/adapters/images/open-source.ts";
import { rootPath } from "../../src/rootfs/rootfs.ts";
import { walk } from "../../src/rootfs/walk.ts";
import { randomFrom } from "../fuzz/random.ts";
import { writeElf } from "./elf-writer.ts";

export interface Killing {
  /** The kind of output, such as `oci`. */
  readonly kind: "oci" | "oci-archive" | "docker-archive" | "dir";
  readonly kills: number;
  readonly seed: number;
  /** Of the source's files, together: what makes a build last. */
  readonly bytes: number;
}

/** How many kills left what. Nothing else may be left in the place of the output. */
export interface Leavings {
  /** What was there before: for `dir`, which replaces nothing, no directory. */
  readonly old: number;
  readonly whole: number;
  /** Kills that came after the build's own end. */
  readonly late: number;
}

const program = path.join(import.meta.dirname, "../../src/bin/cli.ts");
const spec = "from: base\nbinaries: [/usr/bin/tool]\nclosure: {include: [/srv/data]}\n";
const someFiles = 40;

/**
 * Starts builds and kills each with SIGKILL at a moment of its work, by a seed. Each build has a label of its own, so that the old image and the
 * new one differ. Throws where an output is neither of them, and where a build after all the kills does not succeed.
 */
export async function killBuilds({ kind, kills, seed, bytes }: Killing): Promise<Leavings> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-kill-"));
  try {
    makeSource(folder, bytes);
    const random = randomFrom(seed);
    const place = path.join(folder, "out");
    const typical = await timeOf(async () => run(folder, { kind, label: "0" }));
    let old = await describeOutput(kind, place);
    if (old === undefined) throw new Error("the first build left nothing");
    const left = { old: 0, whole: 0, late: 0 };
    for (let turn = 1; turn <= kills; turn++) {
      if (kind === "dir") {
        fs.rmSync(place, { recursive: true, force: true });
        old = undefined;
      }
      // Most of the time before the first output goes by while the program is loaded.
      const isWhole = await run(folder, {
        kind,
        label: String(turn),
        kill: { after: random.below(1000) / 1000, typical },
      });
      const found = await describeOutput(kind, place);
      const isNew = found !== undefined && (kind === "dir" || found.includes(`"turn":"${turn}"`));
      if (found === old) left.old++;
      else if (isNew) left.whole++;
      else throw new Error(`after kill ${turn} the output is neither the old one nor the new one`);
      if (isWhole) left.late++;
      if (isWhole && !isNew) throw new Error(`build ${turn} ended well and left the old output`);
      old = found;
    }
    if (kind === "dir") fs.rmSync(place, { recursive: true, force: true });
    if (!(await run(folder, { kind, label: "last" }))) throw new Error("the build after all kills does not succeed");
    await describeOutput(kind, place);
    return left;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function makeSource(folder: string, bytes: number): void {
  const tree = path.join(folder, "tree");
  fs.mkdirSync(path.join(tree, "usr/bin"), { recursive: true });
  fs.mkdirSync(path.join(tree, "srv/data"), { recursive: true });
  fs.writeFileSync(path.join(tree, "usr/bin/tool"), writeElf({ machine: "x86_64", dynamic: false }), { mode: 0o755 });
  for (let index = 0; index < someFiles; index++) {
    const random = randomFrom(index + 1);
    const content = Buffer.alloc(Math.ceil(bytes / someFiles));
    for (let at = 0; at + 4 <= content.length; at += 4) content.writeUInt32LE(random.below(2 ** 32 - 1), at);
    fs.writeFileSync(path.join(tree, `srv/data/${index}`), content);
  }
  fs.writeFileSync(path.join(folder, "pith.yaml"), spec);
}

/** Runs one build; true when it ended well by itself. */
async function run(
  folder: string,
  {
    kind,
    label,
    kill,
  }: {
    readonly kind: Killing["kind"];
    readonly label: string;
    readonly kill?: { readonly after: number; readonly typical: number };
  },
): Promise<boolean> {
  const args = ["build", "--platform", "linux/amd64", "--source", "main=dir:tree", "-o", `${kind}:out`, "-t", "app:1"];
  const child = spawn(process.execPath, [program, ...args, "--label", `turn=${label}`], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  let timer: NodeJS.Timeout | undefined;
  const begun = performance.now();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (kill === undefined || timer !== undefined) return;
    // The rest of the time of a whole build begins when it says its first word.
    const rest = Math.max(50, kill.typical - (performance.now() - begun));
    timer = setTimeout(() => child.kill("SIGKILL"), rest * kill.after);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(timer);
  if (kill === undefined && code !== 0) throw new Error(`a build that nobody kills ends with ${String(code)}: ${said}`);
  return code === 0;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Reads an output with every digest checked, and tells it from others; undefined where there is none. */
async function describeOutput(kind: Killing["kind"], place: string): Promise<string | undefined> {
  if (!fs.existsSync(place)) return undefined;
  const tree = await openSource(`${kind}:${place}`, {
    platform: { os: "linux", architecture: "amd64" },
    hostFolder: "/",
    spoolFolder: os.tmpdir(),
    dockerHost: undefined,
  });
  try {
    const hash = createHash("sha256");
    let data = 0;
    for await (const { path: name, stat } of walk(tree.root, rootPath)) {
      hash.update(`${name} ${stat.kind} ${stat.sizeBytes}\n`);
      if (stat.kind === "file") hash.update((await tree.root.readFile(name)) ?? "");
      if (name.startsWith("/srv/data/")) data++;
    }
    if (data !== someFiles) throw new Error(`the output has ${data} of ${someFiles} files`);
    return `${hash.digest("hex")} ${JSON.stringify(tree.settings.labels)}`;
  } finally {
    tree.close();
  }
}
