import type { InstalledPackage } from "../closure/model/closure.ts";
import type { FeatureContext } from "../closure/model/feature.ts";
import { isText, mayBeAuthorsCode } from "../rootfs/author-directory.ts";
import { maximumTextBytes } from "../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { isAsPackaged } from "./owned.ts";

/** Where packages install: even where no package database says so, nothing there is the author's. */
const ofSystem = /^\/(?:usr\/(?!local\/)|(?:bin|lib\w*|sbin|var\/lib)\/)/u;

/** Packages of a language are not the author's own: a library of encodings names all of them. */
const ofDependency = /\/(?:node_modules|(?:site|dist)-packages|vendor|gems)\//u;

/** What is longer and of a form of its own is data. */
const longestCode = 2 ** 18;

/** What the author of an image wrote. */
export interface OwnText {
  /** Undefined for the command line and the variables. */
  readonly from?: AbsPath;
  readonly text: string;
  /** True for code in a form of its own: its words stand between other bytes, in one byte or two for each letter. */
  readonly isBinary?: boolean;
}

/**
 * The texts of the image's author, in the order of their paths: what the command line and the variables say, then files
 * that ship and that no package of the distribution has, and those that are read as configuration. The application of
 * an interpreter is its run-time's to read.
 */
export async function* ownTexts(context: FeatureContext): AsyncIterable<OwnText> {
  const { entrypoint = [], cmd = [], env } = context.request.process;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  yield { text: [...entrypoint, ...cmd, ...variables].join("\n") };
  const objects = new Set<string>(context.objects.map(({ path }) => path));
  const own = await installedByAuthor(context);
  for (const { path, stat } of context.paths) {
    if (isOfApplication(context, path)) continue;
    if (stat.kind !== "file" || stat.sizeBytes > maximumTextBytes || objects.has(path)) continue;
    const isDependency = isNotOwn(path) && !own.has(path);
    if (!context.configurations.has(path) && (isDependency || (await isAsPackaged(context, path)))) continue;
    if (stat.sizeBytes > longestCode && !(await isText(context.root, path))) continue;
    const bytes = await context.root.readFile(path);
    if (bytes === undefined) continue;
    const isBinary = bytes.includes(0);
    const text = isBinary ? Buffer.from(bytes.filter((byte) => byte !== 0)).toString("latin1") : undefined;
    yield { from: path, text: text ?? new TextDecoder().decode(bytes), isBinary };
  }
}

/** The sources and settings of an interpreter's application that its author wrote, in the order of their paths. */
export async function* applicationTexts(
  context: FeatureContext,
): AsyncIterable<Required<Pick<OwnText, "from" | "text">>> {
  const { root, paths } = context;
  const own = await installedByAuthor(context);
  for (const { path, stat } of paths) {
    if (stat.kind !== "file" || stat.sizeBytes > maximumTextBytes || !isOfApplication(context, path)) continue;
    const isDependency = isNotOwn(path) && !own.has(path);
    if (isDependency || !mayBeAuthorsCode(path) || !(await isText(root, path))) continue;
    const bytes = await root.readFile(path);
    if (bytes?.includes(0) === false) yield { from: path, text: new TextDecoder().decode(bytes) };
  }
}

/** The files of Python distributions that were installed from a directory, which their author made (PEP 610). */
async function installedByAuthor({ root, paths }: FeatureContext): Promise<ReadonlySet<AbsPath>> {
  const found = new Set<AbsPath>();
  const textOf = async (path: AbsPath): Promise<string> => new TextDecoder().decode(await root.readFile(path));
  for (const { path } of paths) {
    if (!path.endsWith(".dist-info/direct_url.json") || !/"dir_info"/u.test(await textOf(path))) continue;
    const described = parentOf(path);
    const lines = (await textOf(toAbsPath("RECORD", described))).split("\n");
    for (const line of lines) found.add(toAbsPath(line.replace(/,[^,]*,[^,]*$/u, ""), parentOf(described)));
  }
  return found;
}

/**
 * What ships of the texts of packages whose files the command line gives to its program, or a link of the application
 * leads to: `php -S ... -t /usr/share/wiki`.
 */
export async function* packagedTexts(context: FeatureContext): AsyncIterable<Required<Pick<OwnText, "from" | "text">>> {
  const { root, paths, request } = context;
  const { entrypoint = [], cmd = [], workdir } = request.process;
  // The program itself is none of what it is given; an interpreter of the spec stands before all words.
  const isBare = entrypoint.length === 0 && request.roots.some(({ kind }) => kind === "interpreter");
  const words = [...entrypoint, ...cmd].slice(isBare ? 0 : 1);
  const named = [...words, workdir].flatMap((word) =>
    [...word.matchAll(/(?<![\w.])\/[\w.+@/-]+/gu)].map(([one]) => one),
  );
  const linked = paths.filter(({ path, stat }) => stat.kind === "symlink" && isOfApplication(context, path));
  const targets = linked.map(({ path, stat }) => toAbsPath(stat.target ?? "", parentOf(path)));
  const owners = new Set<InstalledPackage>();
  for (const path of [...named.map((one) => toAbsPath(one)), ...targets]) {
    const owner = await context.ownerOf(path);
    if (owner !== undefined) owners.add(owner);
  }
  const files = new Set([...owners].flatMap(({ files }) => files));
  for (const { path, stat } of paths) {
    if (stat.kind !== "file" || stat.sizeBytes > longestCode || !files.has(path)) continue;
    const bytes = await root.readFile(path);
    if (bytes?.includes(0) === false) yield { from: path, text: new TextDecoder().decode(bytes) };
  }
}

/** True for a file of an interpreter's application. */
export function isOfApplication({ request }: Pick<FeatureContext, "request">, path: AbsPath): boolean {
  const { appRoot } = request.process;
  if (appRoot === undefined || !isWithin(path, appRoot)) return false;
  return request.roots.some(({ kind }) => kind === "interpreter");
}

/** True for what packages of the system or of a language installed, by where it lies. */
export function isNotOwn(path: AbsPath): boolean {
  return ofSystem.test(path) || ofDependency.test(path);
}
