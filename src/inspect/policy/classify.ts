import type { ElfSource } from "../../formats/elf/header.ts";
import { isElfFile, parseElf } from "../../formats/elf/parse.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, type FileStat, parentOf, type RootFs, rootPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { CapabilityName } from "../../spec/policy-kinds.ts";
import { appletsOf } from "./applets.ts";
import { capabilitiesOf, multiCallPrograms, programOfName } from "./capabilities.ts";
import { findTexts, indexTexts } from "./find-texts.ts";
import { modulePaths, programMarkers, scriptMarkers } from "./markers.ts";

/** How it is known which program a file is. `applet`: a program that is many holds it. */
export type Proof = "content" | "name" | "symlink" | "path" | "applet";

/** A listed program that a file is, or starts. */
export interface Identity {
  readonly program: string;
  readonly by: Proof;
  /** For `link`: the link whose name says it. */
  readonly link?: AbsPath;
}

/** One path of a tree with what it lets others do. */
export interface ClassifiedFile {
  readonly path: AbsPath;
  readonly stat: FileStat;
  /** `program`: an ELF file that the kernel can start; `library`: any other ELF file; `script`: it begins with `#!`. */
  readonly format: "program" | "library" | "script" | "other";
  /** Listed programs that it is, by content before names, then sorted. Empty for everything else. */
  readonly identities: readonly Identity[];
  /** The capabilities of its identities, each once, sorted. */
  readonly capabilities: readonly CapabilityName[];
}

/**
 * Classifies every path of a tree, sorted by path as `walk` gives them. Names are not trusted: ELF programs and scripts
 * are known by what they hold wherever they lie and whether or not they may be executed, since the loader or an
 * interpreter can start what the kernel would not. Names and links count where content says nothing.
 */
export async function classifyFiles(root: RootFs): Promise<readonly ClassifiedFile[]> {
  const files: (Omit<ClassifiedFile, "capabilities"> & { identities: Identity[] })[] = [];
  const byPath = new Map<AbsPath, Identity[]>();
  for await (const { path, stat } of walk(root, rootPath)) {
    const { format, identities } = await identify(root, path, stat);
    files.push({ path, stat, format, identities });
    if (format === "program" || format === "script" || identities.length > 0) byPath.set(path, identities);
  }
  for (const { path, stat } of files) {
    const program = stat.kind === "symlink" ? programOfName(baseName(path)) : undefined;
    if (program === undefined) continue;
    const target = await resolveLinks(root, path);
    const identities = target === undefined || target === "loop" ? undefined : byPath.get(target.real);
    if (identities?.every((known) => known.program !== program) === true) {
      identities.push({ program, by: "symlink", link: path });
    }
  }
  return files.map((file) => ({ ...file, capabilities: capabilitiesOfAll(file.identities) }));
}

async function identify(
  root: RootFs,
  path: AbsPath,
  stat: FileStat,
): Promise<Pick<ClassifiedFile, "format"> & { readonly identities: Identity[] }> {
  if (stat.kind !== "file") return { format: "other", identities: [] };
  const module = modulePaths.find(({ pattern }) => pattern.test(path));
  if (module !== undefined) return { format: "other", identities: [{ program: module.program, by: "path" }] };
  const head = await root.readFile(path, { offset: 0, length: 4 });
  if (head === undefined || head.length < 4) return { format: "other", identities: [] };
  if (head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46)
    return identifyElf(root, path, stat);
  if (head[0] !== 0x23 || head[1] !== 0x21) return { format: "other", identities: [] };
  return { format: "script", identities: await identifyScript(root, path, stat) };
}

const multiCallLimitBytes = 32 * 2 ** 20;
const positionIndependent = 0x0800_0000;

async function identifyElf(
  root: RootFs,
  path: AbsPath,
  stat: FileStat,
): Promise<Pick<ClassifiedFile, "format"> & { readonly identities: Identity[] }> {
  const read: ElfSource = async (offset, length, into) =>
    (await root.readFile(path, { offset, length, into })) ?? new Uint8Array();
  const elf = await parseElf(read, stat.sizeBytes);
  if (!isElfFile(elf)) return { format: "library", identities: [] };
  const isProgram =
    elf.type === 2 ||
    (elf.type === 3 &&
      elf.soname === undefined &&
      (elf.loader !== undefined || (elf.flags1 & positionIndependent) !== 0));
  if (!isProgram) return { format: "library", identities: [] };
  const texts = await findTexts(markerIndex, read, stat.sizeBytes);
  const identities: Identity[] = [];
  const isNew = (name: string): boolean => identities.every(({ program }) => program !== name);
  for (const { program, texts: marks } of programMarkers) {
    if (isNew(program) && marks.every((text) => texts.has(text))) identities.push({ program, by: "content" });
  }
  const many = identities.flatMap(({ program }) => multiCallPrograms.get(program) ?? []);
  if (identities.some(({ program }) => multiCallPrograms.has(program))) {
    const applets = [...many, ...appletsOf(await read(0, Math.min(stat.sizeBytes, multiCallLimitBytes)))].sort();
    for (const program of applets) {
      if (isNew(program)) identities.push({ program, by: "applet" });
    }
  }
  const named = programOfName(baseName(path));
  if (named !== undefined && isNew(named)) identities.push({ program: named, by: "name" });
  return { format: "program", identities };
}

const scriptHeadBytes = 8192;
const programDirectories = /\/(?:bin|sbin|libexec|games)$/;

/**
 * A script's own name counts only where programs lie and may be executed: elsewhere it is one of the application's
 * words.
 */
async function identifyScript(root: RootFs, path: AbsPath, stat: FileStat): Promise<Identity[]> {
  const bytes = await root.readFile(path, { offset: 0, length: scriptHeadBytes });
  const text = Buffer.from(bytes ?? []).toString("latin1");
  const marker = scriptMarkers.find(({ pattern }) => pattern.test(text));
  if (marker !== undefined) return [{ program: marker.program, by: "content" }];
  const named = programOfName(baseName(path));
  const isProgram = (stat.mode & 0o111) !== 0 && programDirectories.test(parentOf(path));
  return named !== undefined && isProgram ? [{ program: named, by: "name" }] : [];
}

const markerIndex = indexTexts(
  [...new Set(programMarkers.flatMap(({ texts }) => texts))].map(
    (text) => [text, Buffer.from(text, "latin1")] as const,
  ),
);
function capabilitiesOfAll(identities: readonly Identity[]): readonly CapabilityName[] {
  return [...new Set(identities.flatMap(({ program }) => capabilitiesOf(program)))].sort();
}
