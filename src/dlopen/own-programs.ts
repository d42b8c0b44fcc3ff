import type { DlopenRule, Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import { firstNames } from "../diagnostics/first-names.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { latin1 } from "../formats/text/latin1.ts";
import { defaultPath } from "../rootfs/default-path.ts";
import { type AbsPath, baseName, childOf, toAbsPath } from "../rootfs/rootfs.ts";
import { joinedTexts, mayName } from "./joined-texts.ts";
import { importsAny, isProgram, ofSystem } from "./matching.ts";
import { isSetId, isShell, namesAll, started, startedByGo, startedByRust } from "./started-in-code.ts";

const byName = ["execlp", "execvp", "execvpe", "posix_spawnp", "system", "popen", "g_spawn_*"];
/** More programs of every system than this are words of something else. */
const usualLimit = 3;
const constants = ".rodata";
const constantsLimit = 2 ** 26;
/** A text that only the shell reads: a loop, a condition, a change of the directory before a command. */
const shellText = /^(?:(?:for|while|until)\s.*;\s*do\s|if\s.*;\s*then\s|cd\s+\S+\s*(?:&&|;))/u;
/** A command's name, and what behind it the shell reads, or is an argument. */
const commandName = /^[\w./-]+[ \t]/u;
const behindName = /[|&;<>$*`]|^(?:-{1,2}\w|%s|\/\w)/u;

/**
 * Programs that objects of the builder's author start. Texts of such an object that are the name of a program on the
 * PATH mean it: `execvp("convert", ...)`, and a command line for system(3) goes to the shell whole. Texts of Go and
 * Rust have no end, so that of programs whose packages the author named beside few others a name anywhere counts.
 */
export const ownPrograms: DlopenRule = {
  name: "own-programs",
  applies: ({ path, elf }) => !ofSystem.test(path) && (importsAny(elf, byName) || isProgram(elf)),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (proc.isRuntime === true || (await proc.systemPackage?.(path)) !== undefined) return;
    const texts = await joinedTexts(elf);
    if (texts === undefined) {
      if (importsAny(elf, byName)) yield* namedPrograms(elf, proc);
      return;
    }
    const found = await chosenPrograms(elf, texts, proc);
    for (const need of found) yield { need };
    const starts = texts === "none" ? await elf.goStarts() : undefined;
    if (starts !== undefined) yield* startedByGo(starts, proc);
    const taken = texts === "none" && starts === undefined ? await elf.codeTexts() : undefined;
    if (taken !== undefined) yield* startedByRust(taken, elf, proc);
    if (starts !== undefined && namesAll(starts)) return;
    // Names of one or two letters, and those of programs that nobody named.
    const what = `programs that ${baseName(path)} starts`;
    yield { unknown: { kind: "computed-name", what, bound: { kind: "anything" } } };
  },
};

/** Programs by texts that stand alone, and texts for a shell. */
async function* namedPrograms(elf: ElfFile, proc: ProcessContext): AsyncIterable<Yield> {
  const texts = await textsOf(elf);
  const usual: AbsPath[] = [];
  // The linker keeps a text once where another ends with it: "convert" in "jobs/convert".
  const ends = [...texts].flatMap((text) => /^[^/].*\/([^/]+)$/u.exec(text)?.[1] ?? []);
  for (const text of new Set([...texts, ...ends])) {
    // The name of a function is what the object imports or defines.
    if (!/^[a-z\d][\w.+-]{1,40}$/u.test(text) || elf.importedSymbols.has(text)) continue;
    const program = await proc.findProgram(text);
    if (program === undefined || (await isSetId(program, proc))) continue;
    if (isShell.test(program) && !texts.has("-c")) continue;
    if ((await proc.systemPackage?.(program))?.isOfSystem === true) usual.push(program);
    else yield { need: started(program, `names ${text}, and starts programs`) };
  }
  // They are called like words: who has many of those has them for something else.
  if (usual.length > usualLimit) {
    const what = `one of ${usual.length} programs of every system: ${firstNames(usual.map(baseName).sort(), 4)}`;
    yield { unknown: { kind: "long-list", what, bound: { kind: "anything" } } };
  } else for (const path of usual) yield { need: started(path, `names ${baseName(path)}, and starts programs`) };
  const isGiven = texts.has("-c") && ["sh", "bash", "/bin/sh", "/bin/bash"].some((name) => texts.has(name));
  if (!importsAny(elf, ["system", "popen"]) && !isGiven) return;
  const shell = toAbsPath("/bin/sh");
  for (const text of texts) {
    if (!shellText.test(text) && !(await isCommand(text, proc))) continue;
    const script = text.replaceAll(/%[-\d.]*[a-z]+/gu, "$unknown");
    yield { need: { ...started(shell, "gives it a text to run"), args: ["-c", script] } };
  }
}

async function isCommand(text: string, { findProgram }: Pick<ProcessContext, "findProgram">): Promise<boolean> {
  const [name = ""] = commandName.exec(text) ?? [];
  if (name === "" || !behindName.test(text.slice(name.length).trimStart())) return false;
  return (await findProgram(name.trimEnd())) !== undefined;
}

/** Texts of at least two bytes that stand alone: an object's own reader leaves out the short ones. */
async function textsOf(elf: ElfFile): Promise<ReadonlySet<string>> {
  const bytes = await elf.section(constants, constantsLimit);
  if (bytes === undefined) return new Set(await elf.strings());
  const texts = latin1(bytes).split("\0");
  return new Set(texts.filter((text) => /^[\t\n -~]{2,4096}$/u.test(text)));
}

/** Programs of the PATH that the author put there, or whose packages were named beside few others. */
async function chosenPrograms(elf: ElfFile, texts: "endings" | "none", proc: ProcessContext): Promise<readonly Need[]> {
  const needs: Need[] = [];
  for (const directory of new Set((proc.env["PATH"] ?? defaultPath).split(":"))) {
    const place = toAbsPath(directory, proc.workdir);
    for (const name of (await proc.root.readDirectory(place)) ?? []) {
      const path = childOf(place, name);
      if (path === proc.program || isShell.test(path) || !(await mayName(elf, name, texts))) continue;
      const owner = await proc.systemPackage?.(path);
      const isMeant = owner === undefined ? !ofSystem.test(path) : owner.isChosenOfFew === true;
      if (isMeant && !(await isSetId(path, proc)))
        needs.push(started(path, `has texts with ${name}, and starts programs`));
    }
  }
  for (const path of ["/bin/sh", "/bin/bash"]) {
    if (await elf.holds(path)) needs.push(started(toAbsPath(path), `names ${path}, and starts programs`));
  }
  return needs;
}
