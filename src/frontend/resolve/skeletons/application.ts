import { editFiles } from "../../../formats/llb/ops/file.ts";
import type { FileAction, State } from "../../../formats/llb/state.ts";
import type { ImageSettings } from "../../../formats/oci/image-config.ts";
import type { ScannedFile } from "../../../inspect/policy/secrets/scan.ts";
import type { SkeletonMaker } from "../../../languages/skeleton.ts";
import { managers } from "../../../plan/dependency-managers.ts";
import { notApplication } from "../../../plan/image-process.ts";
import { defaultEpochSeconds } from "../../../plan/options.ts";
import { sourceOfCompiled } from "../../../rootfs/compiled-files.ts";
import { matchGlob, parseGlob } from "../../../rootfs/glob.ts";
import { memoryRootFs } from "../../../rootfs/memory.ts";
import { toAbsPath } from "../../../rootfs/rootfs.ts";
import { compiledFiles } from "../../../runtimes/compiled.gen.ts";
import { type PlatformBuild, progressName } from "../../build-context.ts";
import type { TreeEntry } from "../../engine.ts";
import { solveState } from "../../solve.ts";
import type { InputTree } from "../closure-step.ts";
import { skeletonMaker } from "./skeleton-maker.ts";

/**
 * An application of more is resolved as it is: each file is a question to the engine, and the graph carries what is
 * read whole.
 */
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
  readonly tree: InputTree;
  readonly entries: readonly TreeEntry[];
  /** Paths of it that were not read. */
  readonly leftOut: readonly string[];
  /** The tree that the resolver gets in its place. */
  readonly skeletons: InputTree;
}

/**
 * Reads an application of the build context while the engine is busy with the builders, and tells its skeletons.
 * Undefined for one that is resolved as it is: of another language, a large one, one with secrets or bytecode (whose
 * times count), or with files that a copy is not told from (special modes, and what may be two names of one file).
 */
export async function readApplication(
  build: PlatformBuild,
  settings: ImageSettings,
  state: () => Promise<State>,
): Promise<ReadApplication | undefined> {
  const { app, interpreter, levels } = build.spec;
  if (app?.from !== "context" || interpreter === undefined) return undefined;
  const loading = skeletonMaker({
    interpreter: interpreter.path,
    stdlib: levels.stdlib,
    prune: levels.prune,
    appRoot: toAbsPath(app.dest),
    workdir: toAbsPath(settings.workdir ?? "/"),
  });
  if (loading === undefined) return undefined;
  const tree: InputTree = { state: await state(), directory: toAbsPath(app.src), byContent: true };
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
  const maker = await loading;
  if (entries === undefined || entries.length === 0 || entries.some(isSpecial) || hasTwins(entries)) return undefined;
  if (await holdsSecrets(entries)) return undefined;
  return { tree, entries, leftOut, skeletons: skeletonTree(build, { tree, entries, maker }) };
}

function isSpecial({ kind, mode, path }: TreeEntry): boolean {
  const isCompiled = sourceOfCompiled(compiledFiles, toAbsPath(path)) !== undefined;
  // A name that is not text comes with a sign for what could not be read.
  return (kind === "file" && (mode & 0o7000) !== 0) || isCompiled || path.includes("\u{fffd}");
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
 * Skeletons of the sources, names of data, and everything else as it is. As long as this tree stays the same, so does
 * the closure.
 */
function skeletonTree(
  build: PlatformBuild,
  { tree, entries, maker }: Pick<ReadApplication, "tree" | "entries"> & { readonly maker: SkeletonMaker },
): InputTree {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const skeletonOf = ({ path, content, head = content }: TreeEntry): string | undefined => {
    if (head === undefined) return undefined;
    if (data.test(path)) return isUnreadData(path, head) ? "" : undefined;
    if (content === undefined || !maker.sources.test(path)) return undefined;
    try {
      return maker.skeletonOf(path, decoder.decode(content));
    } catch (failure) {
      if (failure instanceof TypeError) return undefined;
      throw failure;
    }
  };
  const timestampSeconds = build.options.epochSeconds ?? defaultEpochSeconds;
  const actions = entries.map((entry): FileAction => {
    const path = `/${entry.path}`;
    if (entry.kind === "directory") return { kind: "make-directory", path, mode: entry.mode, timestampSeconds };
    const skeleton = skeletonOf(entry);
    if (skeleton !== undefined) {
      return { kind: "make-file", path, mode: entry.mode, content: Buffer.from(skeleton), timestampSeconds };
    }
    return { kind: "copy", from: tree.state, src: pathInTree(tree, path), dest: path, timestampSeconds };
  });
  const state: State = editFiles(undefined, actions, {
    name: progressName(build, "internal", "tell what the application refers to"),
  });
  return { state, directory: "/", byContent: false };
}

/** Where the state of a tree has a path of it. */
export function pathInTree({ directory }: InputTree, path: string): string {
  return directory === "/" ? path : `${directory}${path}`;
}

/**
 * The resolver warns of a file with a secret at its line, and the graph, which is kept and may be published, is no
 * place for one.
 */
async function holdsSecrets(entries: readonly TreeEntry[]): Promise<boolean> {
  const { findSecrets } = await import("../../../inspect/policy/secrets/scan.ts");
  const root = memoryRootFs(entries.flatMap(({ path, content }) => (content ? [[path, { content }] as const] : [])));
  const files: ScannedFile[] = [];
  for (const { path, content } of entries) {
    const stat = content === undefined ? undefined : await root.lstat(toAbsPath(path));
    if (stat !== undefined) files.push({ path: toAbsPath(path), stat });
  }
  return (await findSecrets(files, async (path) => root.readFile(path))).length > 0;
}

/** True for data of which the closure sees the name alone. `head`: its first bytes. */
export function isUnreadData(path: string, head: Uint8Array): boolean {
  return data.test(path) && !isProgram(head);
}

/** True for what the kernel would run. */
function isProgram(content: Uint8Array): boolean {
  const head = Buffer.from(content.subarray(0, 4)).toString("latin1");
  return head.startsWith("#!") || head === "\x7fELF";
}
