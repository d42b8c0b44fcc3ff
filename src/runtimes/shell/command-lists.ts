import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";

const sizeLimit = 2 ** 20;
/** Of a longer text, so much shows whether it is a list. */
const headBytes = 2 ** 12;
/** What parts the columns of a table, and how many stand before a command at most: `image/*|convert "$f" out.png`. */
const signs = ["|", "\t", ";", ",", ":", "="];
const columnLimit = 3;

/**
 * The commands of a text of the builder's author that a command reads from its input: one in which each line begins
 * with a program, or has one in the same column, and some have arguments. `parallel < jobs.txt` hands such lines to a
 * shell.
 */
export async function* commandListNeeds(
  text: string,
  line: number,
  proc: Pick<ProcessContext, "root" | "workdir" | "systemPackage" | "findProgram">,
): AsyncIterable<Yield> {
  if (/[\s$`*?]/u.test(text)) return;
  const path = toAbsPath(text, proc.workdir);
  const resolved = await resolveLinks(proc.root, path);
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") return;
  if ((await proc.systemPackage?.(resolved.real)) !== undefined) return;
  const isWhole = resolved.stat.sizeBytes <= sizeLimit;
  const range = isWhole ? undefined : { offset: 0, length: headBytes };
  const content = new TextDecoder().decode(await proc.root.readFile(resolved.real, range));
  const isEmpty = (one: string): boolean => /^\s*(?:#|$)/u.test(one);
  const lines = content.split("\n").filter((one) => !isEmpty(one));
  if (!isWhole) lines.pop();
  const commands = await commandsIn(lines, proc);
  if (commands === undefined) return;
  if (!isWhole) {
    const what = `a list of commands of more than 1 MiB, ${text}`;
    yield { unknown: { kind: "unread-file", what, line, bound: { kind: "anything" } } };
    return;
  }
  const left = commands.values();
  const script = content
    .split("\n")
    .map((one) => (isEmpty(one) ? "" : left.next().value))
    .join("\n");
  const why = `has a list of commands read, ${text} (line ${line})`;
  const need: Need = { path: toAbsPath("/bin/sh"), role: "program", evidence: "string", why, optional: true };
  yield { need: { ...need, args: ["-c", script] } };
}

/** The lines, or what they have behind a sign that parts their columns, where each begins with a program. */
async function commandsIn(
  lines: readonly string[],
  proc: Pick<ProcessContext, "findProgram">,
): Promise<readonly string[] | undefined> {
  let column: readonly (string | undefined)[] = lines;
  const columns = [column];
  for (const sign of signs) {
    column = lines;
    for (let count = 0; count < columnLimit; count++) {
      column = column.map((one) => behind(one, sign));
      columns.push(column);
    }
  }
  for (const one of columns) {
    const texts = one.filter((text) => text !== undefined);
    if (texts.length === lines.length && (await areCommands(texts, proc))) return texts;
  }
  return undefined;
}

function behind(text: string | undefined, sign: string): string | undefined {
  const at = text?.indexOf(sign) ?? -1;
  return at < 0 ? undefined : text?.slice(at + sign.length);
}

async function areCommands(lines: readonly string[], proc: Pick<ProcessContext, "findProgram">): Promise<boolean> {
  if (!lines.some((one) => /\S\s+\S/u.test(one))) return false;
  for (const one of lines) {
    const [, name] = /^\s*([\w.+-]+)(?=\s|$)/u.exec(one) ?? [];
    if (name === undefined || (await proc.findProgram(name)) === undefined) return false;
  }
  return true;
}
