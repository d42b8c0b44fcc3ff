import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSource } from "../../src/adapters/images/open-source.ts";
import { maxShebangDepth, parseShebang, shebangBytes } from "../../src/formats/text/shebang.ts";
import { elfReader } from "../../src/loader/read-elf.ts";
import { resolveLinks } from "../../src/rootfs/links.ts";
import { type RootFs, rootPath } from "../../src/rootfs/rootfs.ts";
import { walk } from "../../src/rootfs/walk.ts";
import { type CorpusProgram, type Level, writeContext } from "../support/corpus.ts";
import { failuresOf, imageCommand } from "../support/corpus-run.ts";
import { build, dockerOutput, testEngine } from "../support/engine.ts";
import { readTraces, type Traced, tracing } from "../support/traced-run.ts";

/** The part of an image that its program opened in all the runs and questions that the corpus has for it. */
export interface Tightness {
  readonly group: string;
  readonly name: string;
  readonly level: Level;
  /** Bytes of the image's files, each once. */
  readonly shippedBytes: number;
  /** Those of files that were opened or executed. */
  readonly openedBytes: number;
  /** The unopened files, the largest first. */
  readonly unopened: readonly { readonly path: string; readonly sizeBytes: number }[];
}

/** Builds a program, runs it under strace, and compares. Throws when it does not answer as it should. */
export async function measureTightness(program: CorpusProgram, level: Level, tools: string): Promise<Tightness> {
  const { group, name } = program;
  const folder = mkdtempSync(join(tmpdir(), "pith-tightness-"));
  const tag = `pith-tightness/${group}-${name}:${level}`;
  try {
    const context = join(folder, "context");
    mkdirSync(context);
    const { code, output } = await build({ spec: writeContext(program, level, context), tag });
    if (code !== 0) throw new Error(`cannot build ${name} at ${level}:\n${output}`);
    const traces = join(folder, "traces");
    const failures = await failuresOf(program, tag, tracing(tools, traces));
    if (failures.length > 0) throw new Error(`cannot trace ${name} at ${level}:\n${failures.join("\n")}`);
    const { workdir } = await imageCommand(tag);
    return { group, name, level, ...(await compareWith(tag, readTraces(traces, workdir))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await dockerOutput(["image", "rm", "--force", tag]);
  }
}

async function compareWith(
  tag: string,
  traced: Traced,
): Promise<Pick<Tightness, "shippedBytes" | "openedBytes" | "unopened">> {
  const tree = await openSource(`docker-daemon:${tag}`, {
    platform: { os: "linux", architecture: "amd64" },
    hostFolder: "/",
    spoolFolder: tmpdir(),
    dockerHost: testEngine().dockerHost,
  });
  try {
    const opened = await openedFiles(tree.root, traced);
    const seen = new Set<string>();
    const unopened: { readonly path: string; readonly sizeBytes: number }[] = [];
    let shippedBytes = 0;
    let openedBytes = 0;
    for await (const { path, stat } of walk(tree.root, rootPath)) {
      const file = stat.inode ?? path;
      if (stat.kind !== "file" || seen.has(file)) continue;
      seen.add(file);
      shippedBytes += stat.sizeBytes;
      if (opened.has(file)) openedBytes += stat.sizeBytes;
      else unopened.push({ path, sizeBytes: stat.sizeBytes });
    }
    return {
      shippedBytes,
      openedBytes,
      unopened: unopened.toSorted((left, right) => right.sizeBytes - left.sizeBytes),
    };
  } finally {
    tree.close();
  }
}

/**
 * Files of the image by their inode, or path: what strace saw, and the interpreters that the kernel opened for what was
 * executed.
 */
async function openedFiles(root: RootFs, traced: Traced): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  const reader = elfReader(root);
  const take = async (path: string, depth: number): Promise<void> => {
    const found = await resolveLinks(root, path);
    if (found === undefined || found === "loop" || found.stat.kind !== "file") return;
    files.add(found.stat.inode ?? found.real);
    if (depth === 0) return;
    const head = await root.readFile(found.real, { offset: 0, length: shebangBytes });
    const interpreter =
      parseShebang(head ?? new Uint8Array())?.interpreter ?? (await reader.readElf(found.real))?.loader;
    if (interpreter !== undefined) await take(interpreter, depth - 1);
  };
  for (const path of traced.opened) await take(path, 0);
  for (const path of traced.executed) await take(path, maxShebangDepth + 1);
  return files;
}
