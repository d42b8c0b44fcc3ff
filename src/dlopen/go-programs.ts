import type { Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import { type GoStarts, packageOf } from "../formats/elf/go-starts.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";

/** Programs to which a text is given that they run: `exec.Command("sh", "-c", ...)`. */
export const isShell: RegExp = /\/(?:ba|da|k|z)?sh$/u;
const programName = /^[a-z\d][\w.+-]{0,40}$/u;
/** A part of a command line that is put together: `" | cut -f1"`. */
const joint = /^[\s|&;]+|[\s|&;]+$/gu;
/** More programs than this among the texts of a program are words of something else. */
const textLimit = 24;

/** Programs that a program of Go starts, by the texts of its code: those of the calls, and what a name of the run could be. */
export async function* startedByGo(starts: GoStarts, proc: ProcessContext): AsyncIterable<Yield> {
  const { calls } = starts;
  for (const { caller, name, texts } of calls) {
    const program = name === undefined ? undefined : await programOf(name, proc);
    if (program === undefined) continue;
    yield { need: started(program, `${caller} starts ${name ?? ""}`) };
    for (const script of isShell.test(program) ? texts : []) {
      const command = script.replaceAll(joint, "");
      const [word = ""] = /^[\w./-]+(?=\s|$)/u.exec(command) ?? [];
      if (word === "" || (await proc.findProgram(word)) === undefined) continue;
      yield { need: { ...started(program, `${caller} gives it a text to run`), args: ["-c", command] } };
    }
  }
  const unnamed = calls.filter(({ name }) => name === undefined).map(({ caller }) => packageOf(caller));
  if (unnamed.length === 0) return;
  const found = new Map<AbsPath, string>();
  for (const text of await starts.textsOf(new Set(unnamed))) {
    const program = programName.test(text) ? await programOf(text, proc) : undefined;
    if (program !== undefined) found.set(program, text);
  }
  for (const [path, text] of found.size > textLimit ? [] : found) yield { need: started(path, `may start ${text}`) };
}

async function programOf(name: string, proc: ProcessContext): Promise<AbsPath | undefined> {
  const path = name.startsWith("/") ? toAbsPath(name) : await proc.findProgram(name);
  const stat = path === undefined ? undefined : await proc.root.lstat(path);
  if (path === undefined || stat === undefined || stat.kind === "directory") return undefined;
  return (await isSetId(path, proc)) ? undefined : path;
}

/** True for a program that runs as its owner: it is no tool of others. */
export async function isSetId(path: AbsPath, { root }: Pick<ProcessContext, "root">): Promise<boolean> {
  const stat = await root.lstat(path);
  return stat?.kind === "file" && (stat.mode & 0o6000) !== 0;
}

/** A program that is there, or is not. */
export function started(path: AbsPath, why: string): Need {
  return { path, role: "program", evidence: "string", why, optional: true };
}
