import { createHash } from "node:crypto";
import type { Answered, KnownAnswers } from "../assembler/assemble.ts";
import type { ClosureEntry } from "../closure/model/closure.ts";
import type { ClosureRequest } from "../closure/model/request.ts";
import { isClean } from "../diagnostics/diagnostic.ts";
import { isUnreadData } from "../frontend/resolve/skeletons/application.ts";
import { skeletonMaker } from "../frontend/resolve/skeletons/skeleton-maker.ts";
import { findSecrets, type ScannedFile } from "../inspect/policy/secrets/scan.ts";
import type { SkeletonMaker } from "../languages/skeleton.ts";
import { sourceOfCompiled } from "../rootfs/compiled-files.ts";
import { type AbsPath, type FileStat, type RootFs, rootPath } from "../rootfs/rootfs.ts";
import { walk } from "../rootfs/walk.ts";
import { compiledFiles } from "../runtimes/compiled.gen.ts";

/** The closure of one application, for as long as no edit changes what it refers to. */
export interface KnownClosure extends KnownAnswers {
  forget(): void;
}

/** An application of more is resolved anew at each edit. */
const limits = { paths: 4000, bytes: 16 * 1024 * 1024 } as const;

/** A file as the closure sees it. */
interface SeenFile {
  readonly stat: FileStat;
  /** What the closure reads of it, as one word. */
  readonly seen: string;
  readonly bytes: string;
}

interface Seen {
  readonly request: string;
  readonly files: ReadonlyMap<AbsPath, SeenFile>;
}

/** Remembers nothing at first. `live`: trees that may change, by id; beside the application's, none may be there. */
export function openKnownClosure(live: ReadonlySet<string>): KnownClosure {
  let sought: Seen | undefined;
  let known: { readonly of: Seen; readonly answered: Answered } | undefined;
  return {
    async find(request, roots) {
      const isSettled = [...roots.keys()].every((id) => id === "app" || !live.has(id));
      sought = isSettled ? await look(request, roots) : undefined;
      if (sought === undefined || known === undefined || known.of.request !== sought.request) return undefined;
      const root = roots.get("app");
      if (root === undefined || !isSame(known.of, sought) || (await hasNewSecret(known.of, sought, root)))
        return undefined;
      return withSizes(known.answered, sought.files);
    },
    keep(answered) {
      const isFit = sought !== undefined && isClean(answered.answer.diagnostics) && !hasPatches(answered);
      known = isFit && sought !== undefined ? { of: sought, answered } : undefined;
    },
    forget() {
      known = undefined;
    },
  };
}

/**
 * The application as the closure sees it: skeletons of sources, names of data, and all else as it is. Undefined where
 * that is not known: of another language, a large one, files of the build context beside it, a policy, bytecode.
 */
async function look(request: ClosureRequest, roots: ReadonlyMap<string, RootFs>): Promise<Seen | undefined> {
  const root = roots.get("app");
  const maker = await makerFor(request);
  if (root === undefined || maker === undefined || request.policy !== undefined) return undefined;
  const files = new Map<AbsPath, SeenFile>();
  let bytes = 0;
  for await (const { path, stat } of walk(root, rootPath)) {
    bytes += stat.kind === "file" ? stat.sizeBytes : 0;
    const isCompiled = sourceOfCompiled(compiledFiles, path) !== undefined;
    if (files.size >= limits.paths || bytes > limits.bytes || isCompiled) return undefined;
    const content = stat.kind === "file" ? await root.readFile(path) : undefined;
    files.set(path, seeFile(path, { stat, content, maker }));
  }
  return { request: JSON.stringify(request), files };
}

async function makerFor({ process, roots }: ClosureRequest): Promise<SkeletonMaker | undefined> {
  const interpreter = roots.find((root) => root.kind === "interpreter");
  const { appRoot, stdlib, prune, workdir } = process;
  if (interpreter === undefined || appRoot === undefined) return undefined;
  return skeletonMaker({ interpreter: interpreter.path, appRoot, stdlib, prune, workdir });
}

function seeFile(
  path: AbsPath,
  {
    stat,
    content,
    maker,
  }: { readonly stat: FileStat; readonly content: Uint8Array | undefined; readonly maker: SkeletonMaker },
): SeenFile {
  if (content === undefined) return { stat, seen: "", bytes: "" };
  const bytes = digest(content);
  const name = path.slice(1);
  if (isUnreadData(name, content)) return { stat, seen: "data", bytes };
  const skeleton = maker.sources.test(name) ? skeletonOf(maker, name, content) : undefined;
  return { stat, seen: skeleton === undefined ? bytes : `skeleton ${digest(Buffer.from(skeleton))}`, bytes };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Undefined where the closure has to see the source, as what is no text. */
function skeletonOf(maker: SkeletonMaker, name: string, content: Uint8Array): string | undefined {
  try {
    return maker.skeletonOf(name, decoder.decode(content));
  } catch (failure) {
    if (failure instanceof TypeError) return undefined;
    throw failure;
  }
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function isSame(before: Seen, after: Seen): boolean {
  if (before.files.size !== after.files.size) return false;
  return [...after.files].every(([path, file]) => {
    const last = before.files.get(path);
    return last !== undefined && last.seen === file.seen && attributes(last.stat) === attributes(file.stat);
  });
}

/** All of it but the size, the time, and which of several names a file has: an editor makes files anew. */
function attributes({ kind, mode, uid, gid, target, inode }: FileStat): string {
  return JSON.stringify([kind, mode, uid, gid, target, inode !== undefined]);
}

/** An edit that brings a secret is to be told at its line. */
async function hasNewSecret(before: Seen, after: Seen, root: RootFs): Promise<boolean> {
  const changed: ScannedFile[] = [...after.files]
    .filter(([path, { stat, bytes }]) => stat.kind === "file" && before.files.get(path)?.bytes !== bytes)
    .map(([path, { stat }]) => ({ path, stat }));
  return (await findSecrets(changed, async (path) => root.readFile(path))).length > 0;
}

/** Bytes that are changed at a place of a file: the place may be another after an edit. */
function hasPatches({ plans }: Answered): boolean {
  return plans.some(({ entries }) => entries.some(({ tree, patch }) => tree?.id === "app" && patch !== undefined));
}

/** The same answer for files of other sizes. */
function withSizes({ answer, manifest, plans }: Answered, files: Seen["files"]): Answered {
  let added = 0;
  const resize = <Entry extends ClosureEntry>(entry: Entry): Entry => {
    const file = entry.kind === "file" && entry.tree?.id === "app" ? files.get(entry.tree.path) : undefined;
    return file === undefined || file.stat.sizeBytes === entry.sizeBytes
      ? entry
      : { ...entry, sizeBytes: file.stat.sizeBytes };
  };
  const entries = manifest.entries.map((entry) => {
    const resized = resize(entry);
    if (entry.hardLinkTo === undefined) added += resized.sizeBytes - entry.sizeBytes;
    return resized;
  });
  const figures = { ...answer.figures, bytes: answer.figures.bytes + added };
  return {
    answer: { ...answer, figures },
    manifest: { ...manifest, figures, entries },
    plans: plans.map((plan) => ({ ...plan, entries: plan.entries.map(resize) })),
  };
}
