import type { ClosureRequest } from "../../closure/request.ts";
import type { TreeEntry } from "../../engine/engine.ts";
import { editFiles } from "../../llb/ops/file.ts";
import type { FileAction, State } from "../../llb/state.ts";
import { managers } from "../../plan/dependency-managers.ts";
import { notApplication } from "../../plan/image-process.ts";
import type { ScannedFile } from "../../policy/secrets/scan.ts";
import { matchGlob, parseGlob } from "../../rootfs/glob.ts";
import { memoryRootFs } from "../../rootfs/memory.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import type { AppSpec } from "../../spec/spec.ts";
import { type PlatformBuild, progressName } from "../build-context.ts";
import type { SourceTree } from "../closure-step.ts";
import { solveState } from "../solve.ts";
import { gistMaker } from "./gist-maker.ts";

/** An application of more is resolved as it is: each file is a question to the engine, and the graph carries what is read whole. */
const limits = {
  paths: 400,
  bytes: 1024 * 1024,
  readsWhole: (path: string, sizeBytes: number) => sizeBytes <= 16 * 1024 || !pictures.test(path),
} as const;

/** Data that holds no text, so that nobody looks for secrets in it. */
const pictures = /\.(?:avif|bmp|eot|gif|ico|jpe?g|mo|mp[34]|otf|pdf|png|tiff?|ttf|wav|webm|webp|woff2?)$/iu;

/** Data that nothing of the closure reads. Whether it is there, and its name, still count. */
const data =
  /\.(?:avif|bmp|css|csv|ejs|eot|gif|hbs|html?|ico|j2|jinja2?|jpe?g|less|map|md|mo|mp[34]|mustache|njk|otf|pdf|png|po|pug|rst|sass|scss|sql|svg|tiff?|tmpl|tsv|ttf|wav|webm|webp|woff2?)$/iu;

/** The application as the frontend itself has read it. */
export interface ReadApplication {
  readonly tree: SourceTree;
  readonly entries: readonly TreeEntry[];
  /** Paths of it that were not read. */
  readonly leftOut: readonly string[];
}

/**
 * Reads an application of the build context while the engine is busy with the builders; undefined for one that is resolved as it is: a
 * large one, one with bytecode (whose times count), or with files that a copy is not told from (special modes, and what may be
 * two names of one file).
 */
export async function readApplication(
  build: PlatformBuild,
  app: AppSpec | undefined,
  state: () => Promise<State>,
): Promise<ReadApplication | undefined> {
  if (app?.from !== "context") return undefined;
  const tree: SourceTree = { state: await state(), directory: toAbsPath(app.src), byContent: true };
  const ref = await solveState(build, tree.state);
  // Which manager installs the dependencies is not known yet.
  const made = app.dependencies === "none" ? [] : managers.flatMap(({ makes }) => makes);
  const patterns = [...notApplication(build.options.specName, undefined), ...made].map(parseGlob);
  const leftOut: string[] = [];
  const entries = await ref?.readTree(tree.directory, {
    ...limits,
    leavesOut(path) {
      const isLeftOut = patterns.some((pattern) => matchGlob(pattern, path));
      if (isLeftOut) leftOut.push(path);
      return isLeftOut;
    },
  });
  return entries === undefined || entries.some(isSpecial) || hasTwins(entries) ? undefined : { tree, entries, leftOut };
}

function isSpecial({ kind, mode, path }: TreeEntry): boolean {
  // A name that is no text comes with a sign for what could not be read.
  return (kind === "file" && (mode & 0o7000) !== 0) || path.endsWith(".pyc") || path.includes("\u{fffd}");
}

/** Two names of one file have one time, to the nanosecond, and one content. */
function hasTwins(entries: readonly TreeEntry[]): boolean {
  const seen = new Map<string, Uint8Array[]>();
  return entries.some(({ modificationTime, sizeBytes, content, head }) => {
    const bytes = content ?? head;
    if (bytes === undefined || bytes.length === 0) return false;
    const key = `${modificationTime} ${sizeBytes}`;
    const others = seen.get(key) ?? [];
    seen.set(key, [...others, bytes]);
    return others.some((other) => Buffer.compare(other, bytes) === 0);
  });
}

/**
 * The tree that the resolver gets in place of the application: gists of the sources, names of data, and everything else as it
 * is. As long as it stays the same, so does the closure. Undefined where no gists are told of the request's language.
 */
export async function gistTree(
  build: PlatformBuild,
  request: ClosureRequest,
  { tree, entries }: Pick<ReadApplication, "tree" | "entries">,
): Promise<SourceTree | undefined> {
  const maker = await gistMaker(request);
  if (maker === undefined) return undefined;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const secrets = await pathsOfSecrets(entries);
  const gistOf = ({ path, content, head = content }: TreeEntry): string | undefined => {
    if (head === undefined || secrets.has(path)) return undefined;
    if (data.test(path)) return isProgram(head) ? undefined : "";
    if (content === undefined || !maker.sources.test(path)) return undefined;
    try {
      return maker.gistOf(path, decoder.decode(content));
    } catch (failure) {
      if (failure instanceof TypeError) return undefined;
      throw failure;
    }
  };
  const timestampSeconds = request.epochSeconds;
  const actions = entries.map((entry): FileAction => {
    const path = `/${entry.path}`;
    if (entry.kind === "directory") return { kind: "make-directory", path, mode: entry.mode, timestampSeconds };
    const gist = gistOf(entry);
    if (gist !== undefined) {
      return { kind: "make-file", path, mode: entry.mode, content: Buffer.from(gist), timestampSeconds };
    }
    return { kind: "copy", from: tree.state, src: placeIn(tree, path), dest: path, timestampSeconds };
  });
  if (actions.length === 0) return undefined;
  const state: State = editFiles(undefined, actions, {
    name: progressName(build, "internal", "tell what the application refers to"),
  });
  return { state, directory: "/", byContent: false };
}

/** Where the state of a tree has a path of it. */
export function placeIn({ directory }: SourceTree, path: string): string {
  return directory === "/" ? path : `${directory}${path}`;
}

/** Files with secrets in them, of which the resolver warns: it has to see their lines. */
async function pathsOfSecrets(entries: readonly TreeEntry[]): Promise<ReadonlySet<string>> {
  const { findSecrets } = await import("../../policy/secrets/scan.ts");
  const root = memoryRootFs(entries.flatMap(({ path, content }) => (content ? [[path, { content }] as const] : [])));
  const files: ScannedFile[] = [];
  for (const { path, content } of entries) {
    const stat = content === undefined ? undefined : await root.lstat(toAbsPath(path));
    if (stat !== undefined) files.push({ path: toAbsPath(path), stat });
  }
  const found = await findSecrets(files, async (path) => root.readFile(path));
  return new Set(found.map(({ path }) => path.slice(1)));
}

/** True for what the kernel would run. */
function isProgram(content: Uint8Array): boolean {
  const head = Buffer.from(content.subarray(0, 4)).toString("latin1");
  return head.startsWith("#!") || head === "\x7fELF";
}
