import type { Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import { firstNames } from "../diagnostics/first-names.ts";
import { latin1 } from "../formats/elf/bytes.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { type GoStarts, packageOf } from "../formats/elf/go-starts.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";

/** Programs to which a text is given that they run: `exec.Command("sh", "-c", ...)`. */
export const isShell: RegExp = /\/(?:ba|da|k|z)?sh$/u;
const programName = /^[a-z\d][\w.+-]{0,40}$/u;
/** A part of a command line that is put together: `" | cut -f1"`. */
const joint = /^[\s|&;]+|[\s|&;]+$/gu;
/** More programs than this among the texts of a program are mostly words of something else. */
const textLimit = 24;
const constantsLimit = 2 ** 26;
/** What only a command has: a word behind a name, or a pipe before it. */
const commandText = /^\s*(?:\|\s*)?[a-z][\w.+-]*\s+(?:-|\/|$|[|&;<>$%{])|^\s*\|\s*[a-z][\w.+-]*\s/u;

/** What finds programs. */
interface Finder extends Pick<ProcessContext, "findProgram" | "program"> {
  readonly root: Pick<ProcessContext["root"], "lstat">;
}

/** Programs that calls of a program of Go name, and commands that those give to a shell. */
export async function* namedInCalls({ calls }: Pick<GoStarts, "calls">, proc: Finder): AsyncIterable<Yield> {
  for (const { caller, name, texts } of calls) {
    const program = name === undefined ? undefined : await programOf(name, proc);
    if (program === undefined) continue;
    yield { need: started(program, `${caller} starts ${name ?? ""}`) };
    if (isShell.test(program)) yield* givenTo(program, texts, proc);
  }
}

/** Programs that a program of Go starts by texts of its code: those of calls, and what a name of the run could be. */
export async function* startedByGo(starts: GoStarts, proc: Finder): AsyncIterable<Yield> {
  const { calls } = starts;
  yield* namedInCalls(starts, proc);
  const unnamed = calls.filter(({ name }) => name === undefined).map(({ caller }) => packageOf(caller));
  if (unnamed.length === 0) return;
  const found = await programsNamed(await starts.textsOf(new Set(unnamed)), proc);
  if (found.length > textLimit) yield tooMany(found);
  else for (const path of found) yield { need: started(path, `may start ${baseName(path)}`) };
}

/** Programs that a program of Rust starts, by texts that its code takes: one of them could be the name. */
export async function* startedByRust(
  texts: ReadonlySet<string>,
  elf: Pick<ElfFile, "section">,
  proc: Finder,
): AsyncIterable<Yield> {
  const found = await programsNamed(texts, proc);
  if (found.length > textLimit) yield tooMany(found);
  else for (const path of found) yield { need: started(path, `has the text ${baseName(path)}, and starts programs`) };
  const constants = await elf.section(".rodata", constantsLimit);
  // Texts that are put together stand beside one another, with numbers between them.
  const pieces = constants === undefined ? [] : (latin1(constants).match(/[\t -~]{3,4096}/gu) ?? []);
  for (const shell of found.filter((path) => isShell.test(path))) {
    yield* givenTo(
      shell,
      pieces.filter((one) => commandText.test(one)),
      proc,
    );
  }
}

function tooMany(found: readonly AbsPath[]): Yield {
  const what = `one of ${String(found.length)} programs whose names are texts of it: ${firstNames(found.map(baseName), 4)}`;
  return { unknown: { kind: "long-list", what, bound: { kind: "anything" } } };
}

/** Texts that a shell may be given, or parts of them, where they begin with the name of a program. */
async function* givenTo(shell: AbsPath, texts: readonly string[], proc: Finder): AsyncIterable<Yield> {
  for (const text of new Set(texts)) {
    const command = text.replaceAll(joint, "");
    const [word = ""] = /^[\w./-]+(?=\s|$)/u.exec(command) ?? [];
    if (word === "" || (await programOf(word, proc)) === undefined) continue;
    yield { need: { ...started(shell, "gives it a text to run"), args: ["-c", command] } };
  }
}

/** Programs of the PATH whose names are among texts, sorted. */
async function programsNamed(texts: ReadonlySet<string>, proc: Finder): Promise<readonly AbsPath[]> {
  const found = new Set<AbsPath>();
  for (const text of texts) {
    const program = programName.test(text) ? await programOf(text, proc) : undefined;
    if (program !== undefined && program !== proc.program) found.add(program);
  }
  return [...found].sort();
}

/**
 * True where each call has the name of what it starts. A program without such a call starts others in a way that is not
 * read.
 */
export function namesAll({ calls }: Pick<GoStarts, "calls">): boolean {
  return calls.length > 0 && calls.every(({ name }) => name !== undefined);
}

async function programOf(name: string, proc: Finder): Promise<AbsPath | undefined> {
  const path = name.startsWith("/") ? toAbsPath(name) : await proc.findProgram(name);
  const stat = path === undefined ? undefined : await proc.root.lstat(path);
  if (path === undefined || stat === undefined || stat.kind === "directory") return undefined;
  return (await isSetId(path, proc)) ? undefined : path;
}

/** True for a program that runs as its owner: other programs do not start it for themselves. */
export async function isSetId(path: AbsPath, { root }: Pick<Finder, "root">): Promise<boolean> {
  const stat = await root.lstat(path);
  return stat?.kind === "file" && (stat.mode & 0o6000) !== 0;
}

/** A program that is there, or is not. */
export function started(path: AbsPath, why: string): Need {
  return { path, role: "program", evidence: "string", why, optional: true };
}
