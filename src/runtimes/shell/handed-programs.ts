import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { launchedCommand } from "../../formats/text/launchers.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { lacksOf } from "./guesses.ts";
import { ofSystem } from "./places.ts";
import { namesOf, type ScriptLocation } from "./scope.ts";

interface Handing {
  readonly line: number;
  readonly proc: ProcessContext;
}

/** Behind `--` or `-e`, the name of a program may be a command that is to be run: `gearman -w -f count -- wc -c`. */
export async function* handedCommand(
  name: string,
  args: readonly string[],
  { line, proc, directories }: Handing & { readonly directories: readonly AbsPath[] },
): AsyncIterable<Yield> {
  const at = args.findIndex((arg) => arg === "--" || arg === "-e");
  const [word = "", ...rest] = at === -1 ? [] : args.slice(at + 1);
  if (!/^[A-Za-z][\w.+-]*$/u.test(word) || launchedCommand(baseName(toAbsPath(name)), args) !== undefined) return;
  const path = await proc.findProgram(word, directories);
  const found = path === undefined ? undefined : await resolveLinks(proc.root, path);
  if (path === undefined || typeof found !== "object" || found.stat.kind !== "file") return;
  const why = `gives ${name} the command ${word} (line ${line})`;
  yield { need: { path, role: "program", evidence: "string", why, args: rest, optional: true } };
}

/** A program of the stage's own that a command is handed is one that it may start. */
export async function* handedProgram(
  text: string,
  name: string,
  { line, proc, location }: Handing & { readonly location: ScriptLocation },
): AsyncIterable<Yield> {
  if (!/^\/[^*?[\]{}$\n]+$/u.test(text) || ofSystem.test(text)) return;
  const path = toAbsPath(text);
  if (namesOf(location).includes(path) || (await lacksOf([path], proc.root)) > 0) return;
  const why = `gives ${name} the program ${text} (line ${line})`;
  yield { need: { path, role: "program", evidence: "string", why, args: [], optional: true } };
}
