import type { Need, ProcessContext } from "../closure/model/closure.ts";
import type { CallSyntax } from "./call-syntax.ts";
import { isOpenCommand, type StartedCommand, startsIn } from "./started-commands.ts";

/** The beginning of a class; the group is its name. */
export const classes: RegExp = /(?:^|[;{}\s])(?:class|package)[ \t]+([A-Za-z_]\w{0,60}(?:(?:::|\\)\w{1,60}){0,6})/gu;
const nothing = /(?!)/gu;
/** A variable that is a list which begins with a text: `args = ["gzip"]`. */
const listVariable = /(?<=^[ \t]*)([A-Za-z_]\w{0,40})[ \t]*=[ \t]*\[\s{0,40}["']/gmu;

/**
 * The programs of lists that a source gives to its own functions and classes, where those start what they are given:
 * `class Pipe` with `Popen(command)`, and `Pipe(["gunzip"], source)`. Texts mean much else.
 */
export async function startedByOwn(
  code: string,
  syntax: CallSyntax,
  {
    commands,
    proc,
  }: {
    readonly commands: readonly StartedCommand[];
    readonly proc: Parameters<typeof startsIn>[2] & Pick<ProcessContext, "findProgram">;
  },
): Promise<readonly Need[]> {
  const lines = new Set(commands.filter(isOpenCommand).map(({ line }) => line));
  if (lines.size === 0 || syntax.definition === undefined) return [];
  const own = [...namesAround(code, lines, syntax.definition)].filter(
    (name) => /^\w+$/u.test(name) && !name.startsWith("__"),
  );
  if (own.length === 0) return [];
  const lists = ["(?!)", ...new Set(Array.from(code.matchAll(listVariable), ([, name = ""]) => name))];
  const calls = new RegExp(
    String.raw`(?<!\w)(?<!\b(?:def|function|class) )(?:${own.join("|")})\([ \t]*(?:\w{1,40}[ \t]*=[ \t]*)?(?=\[|(?:${lists.join("|")})\s*[,)])`,
    "gu",
  );
  const { handedOn: _, ...kept } = syntax;
  const found = await startsIn(code, { ...kept, calls, quoted: nothing }, proc);
  return found.flatMap((one) => ("need" in one ? [one.need] : []));
}

/** The functions and classes that have lines of a source, each by its name. */
export function namesAround(code: string, lines: ReadonlySet<number>, definition: RegExp): ReadonlySet<string> {
  return new Set([definition, classes].flatMap((one) => namesAt(code, lines, one)));
}

/** The functions or classes that have lines of a source, each by its name; at the top there is none. */
export function namesAt(code: string, lines: ReadonlySet<number>, definition: RegExp): readonly string[] {
  const names: string[] = [];
  if (lines.size === 0) return names;
  const found = code.matchAll(definition);
  let next = found.next();
  let name: string | undefined;
  let line = 0;
  for (let end = 0; end < code.length; ) {
    const newline = code.indexOf("\n", end);
    end = newline < 0 ? code.length : newline + 1;
    line++;
    for (; next.done !== true && next.value.index + next.value[0].length <= end; next = found.next()) {
      name = next.value[1];
    }
    if (name !== undefined && lines.has(line)) names.push(name);
  }
  return names;
}
