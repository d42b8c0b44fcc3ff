import type { DlopenRule, Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { latin1 } from "../formats/text/latin1.ts";
import { useOf } from "../rootfs/file-use.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { messageFiles } from "../rootfs/message-files.ts";
import { processFiles } from "../rootfs/process-files.ts";
import { type AbsPath, childOf, rootPath, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory, isSystemFile } from "../rootfs/system-directories.ts";
import { sourceOfRust } from "./joined-texts.ts";
import { isProgram, mayBeGo, ofSystem } from "./matching.ts";

const constants = ".rodata";
const constantsLimit = 2 ** 26;
/** Where an absolute path begins; it ends where the builder has no longer one. */
const path = /\/[a-z][\w-]{1,30}\/[\w.@+/-]{1,200}/gu;

/**
 * Absolute paths in programs of Go and Rust that the builder's author made: their texts have no end, so a path is as
 * long as the builder has one. What no package has is what the author put there, and data of a package that the builder
 * installed by its name is meant as well.
 */
export const joinedPaths: DlopenRule = {
  name: "joined-paths",
  applies: ({ elf }) => isProgram(elf),
  async *needs({ path: program, elf }, proc): AsyncIterable<Yield> {
    if (proc.isRuntime === true || (await proc.systemPackage?.(program)) !== undefined) return;
    // Among the programs of a system, it takes a table of sections to know one of Go.
    if ((ofSystem.test(program) && (await elf.sectionNames()).length === 0) || !(await hasJoinedTexts(elf))) return;
    const bytes = await elf.section(constants, constantsLimit);
    const text = bytes === undefined ? (await elf.strings()).join("\0") : latin1(bytes);
    yield* messagesNeeds(text, proc);
    const asked = new Set<string>();
    for (const [written] of text.matchAll(path)) {
      const found = asked.has(written) ? undefined : await longestPath(written, proc);
      asked.add(written);
      if (found === undefined || asked.has(found)) continue;
      asked.add(found);
      const need = await needOf(found, proc);
      if (need !== undefined) yield { need };
    }
  },
};

/** Messages that it reads itself, by the names of their files: `shop.mo`. */
async function* messagesNeeds(text: string, { root }: Pick<ProcessContext, "root">): AsyncIterable<Yield> {
  if (!text.includes("LC_MESSAGES")) return;
  const found = await messageFiles(processFiles(root), (domain) => text.includes(`${domain}.mo`));
  for (const [domain, paths] of found) {
    const what = `the messages of ${domain}`;
    yield { unknown: { kind: "listed-directory", what, bound: { kind: "paths", paths } } };
  }
}

async function hasJoinedTexts(elf: ElfFile): Promise<boolean> {
  return (await mayBeGo(elf)) || elf.holds(sourceOfRust);
}

/** The longest path that a text begins with, by whole names of the builder. */
async function longestPath(text: string, { root }: Pick<ProcessContext, "root">): Promise<AbsPath | undefined> {
  let at = rootPath;
  let rest = text.slice(1);
  while (rest !== "") {
    const names = (await root.readDirectory(at)) ?? [];
    const name = names.filter((one) => rest.startsWith(one)).toSorted((left, right) => right.length - left.length)[0];
    if (name === undefined) break;
    at = childOf(at, name);
    rest = rest.slice(name.length);
    if (!rest.startsWith("/")) break;
    rest = rest.slice(1);
  }
  return at === rootPath ? undefined : at;
}

async function needOf(found: AbsPath, proc: ProcessContext): Promise<Need | undefined> {
  const resolved = await resolveLinks(proc.root, found);
  if (resolved === undefined || resolved === "loop") return undefined;
  const { real, stat } = resolved;
  const isShared = isSystemDirectory(found) || isSystemDirectory(real) || isSystemFile(real);
  const owner = isShared ? undefined : await proc.systemPackage?.(real);
  const isData = stat.kind === "file" && useOf(real) === "run-time";
  if (isShared || (owner !== undefined && !(owner.isChosen === true && isData))) return undefined;
  const isStarted = stat.kind === "file" && (stat.mode & 0o111) !== 0;
  const role = stat.kind === "directory" ? "tree" : isStarted ? "program" : "file";
  return { path: toAbsPath(found), role, evidence: "string", why: `names ${found}`, optional: true };
}
