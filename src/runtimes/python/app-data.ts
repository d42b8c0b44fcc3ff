import type { Yield } from "../../closure/model/closure.ts";
import { maximumTextBytes } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, type FileStat, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { CodecReach } from "./codec-reach.ts";
import { declaredCodecsIn } from "./codecs.ts";
import { topsOf } from "./distributions.ts";
import { type Installation, installedByAuthor, isByAuthor } from "./installation.ts";
import { reachNamedLibraries } from "./libraries.ts";
import { reachLiteral } from "./literals.ts";
import type { Reach } from "./reach.ts";

/** Files that hold settings of an application. */
export const settingsFile: RegExp = /\.(?:ya?ml|toml|ini|cfg|conf|json|properties|xml)$/u;
/** Settings of tools that build, check and test an application, and of other languages. */
export const toolFile: RegExp =
  /^(?:\..*|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|mypy\.ini|noxfile.*|package(?:-lock)?\.json|tsconfig.*|(?:docker-)?compose.*|pith.*)$/u;
/** Lists and tables, of which a whole cell may be such a name, and what is none of the program's. */
const listFile = /(?:\.(?:csv|tsv|txt|list)|(?:^|\.)env)$/u;
const otherList = /^(?:requirements|constraints|licen[cs]e|readme|changelog|authors|news)/iu;
const word = /[A-Za-z_][\w-]*(?:\.[A-Za-z_]\w*)*/gu;
/** `package.module:object`. */
const withObject = /(?<![\w./:-])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?![\w/:-])/gu;
/** A whole value of XML: others are texts for people. */
const valueOfXml = /(?:=\s?["']|>)\s{0,40}([A-Za-z_][\w.:-]{1,200})\s{0,40}(?=["']|<)/gu;

/**
 * Settings of the application name modules and distributions that its program loads by them: `pymdownx.superfences` in
 * a YAML file, `class = "package.module.Class"`. Names that look like nothing installed are only words.
 */
export async function reachNamedInData(
  installation: Installation,
  context: {
    readonly reach: Reach;
    readonly codecs: CodecReach | undefined;
    readonly words: Set<string>;
    readonly out: Yield[];
    readonly enters: (path: AbsPath) => boolean;
  },
): Promise<void> {
  const { proc, files } = installation;
  const { appRoot } = proc;
  if (proc.prune === "none") return;
  const given = await givenSettings(installation);
  for await (const { path, stat } of authorsFiles(installation, { appRoot, given, enters: context.enters })) {
    const name = baseName(path);
    const isOther = otherList.test(name) || /\.(?:dist|egg)-info\//u.test(path);
    const isList = listFile.test(name) && !isOther && stat.sizeBytes <= maximumTextBytes;
    if (stat.kind !== "file" || (!isList && (!settingsFile.test(name) || toolFile.test(name)))) continue;
    if (!isByAuthor(installation, path) && !given.includes(path)) continue;
    const text = await files.readText(path);
    if (text === undefined) {
      const what = "settings of more than 16 MiB";
      context.out.push({ unknown: { kind: "unread-file", what, bound: { kind: "anything" } }, from: path });
      continue;
    }
    const found: Yield[] = [];
    const words = new Set(isList ? cellsOf(text) : wordsOf(name, text));
    for (const one of words) context.words.add(one);
    for (const codec of declaredCodecsIn(text)) await context.codecs?.name(codec, found);
    for (const one of words) await reachWord(one, path, { installation, ...context, out: found });
    await reachNamedLibraries([...words], path, installation, found);
    context.out.push(...found.map((one) => ({ ...one, from: path })));
  }
}

/** The files of the application, then those of what its author installed from a directory, and what the start names. */
async function* authorsFiles(
  installation: Installation,
  {
    appRoot,
    given,
    enters,
  }: {
    readonly appRoot: AbsPath | undefined;
    readonly given: readonly AbsPath[];
    readonly enters: (path: AbsPath) => boolean;
  },
): AsyncIterable<{ readonly path: AbsPath; readonly stat: FileStat }> {
  if (appRoot !== undefined) yield* walk(installation.proc.root, appRoot, enters);
  for (const path of new Set([...installedByAuthor(installation), ...given])) {
    const stat = await installation.files.stat(path);
    if (stat !== undefined && (appRoot === undefined || !isWithin(path, appRoot))) yield { path, stat };
  }
}

/** Settings of no package that the command line or a variable names: `--log-config /etc/shop/log.yaml`. */
async function givenSettings({ proc }: Installation): Promise<readonly AbsPath[]> {
  const words = [...proc.args, ...Object.values(proc.env)].map((word) => word.replace(/^-[\w-]*=/u, ""));
  const found: AbsPath[] = [];
  for (const path of new Set(words.filter((word) => word.startsWith("/") && settingsFile.test(word)))) {
    if ((await proc.systemPackage?.(toAbsPath(path))) === undefined) found.push(toAbsPath(path));
  }
  return found;
}

function wordsOf(name: string, text: string): readonly string[] {
  if (name.endsWith(".xml")) return [...text.matchAll(valueOfXml)].map(([, one = ""]) => one);
  return [...(text.match(word) ?? []), ...(text.match(withObject) ?? [])];
}

function cellsOf(text: string): readonly string[] {
  const cells = text.split(/[\n,;\t=]/u).map((cell) => cell.trim().replace(/^(["'])(.*)\1$/u, "$2"));
  return cells.filter((cell) => /^[A-Za-z_][\w-]*(?:\.[A-Za-z_]\w*)*$/u.test(cell));
}

async function reachWord(
  text: string,
  path: AbsPath,
  { installation, reach, out }: { readonly installation: Installation; readonly reach: Reach; readonly out: Yield[] },
): Promise<void> {
  if (text.includes(".") || text.includes(":")) {
    const identity = { name: "", package: "" };
    const flags = { isMain: false, importsComputed: false, listsPackages: false };
    // A group of entry points is no word that settings have for anything else.
    const place = { path, identity, ...flags, loadsGroups: () => Promise.resolve(true) };
    await reachLiteral(text, place, { installation, reach, out });
    return;
  }
  const because = { evidence: "string", why: `names ${text}` } as const;
  for (const distribution of installation.distributions.named(text)) {
    await reach.distribution(distribution, because, out);
    for (const top of topsOf(distribution)) {
      const module = top.slice(distribution.site.length + 1).replaceAll("/", ".");
      if (/^[A-Za-z_][\w.]*$/u.test(module)) await reach.name(module, because, out);
    }
  }
}
