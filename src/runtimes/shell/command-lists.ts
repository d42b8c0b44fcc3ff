import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";

const sizeLimit = 2 ** 20;
/** Of a longer text, so much shows whether it is a list. */
const headBytes = 2 ** 12;

/**
 * The commands of a text of the builder's author that a command reads from its input: one in which each line begins
 * with a program, and some have arguments. `parallel < jobs.txt` hands such lines to a shell.
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
  const lines = content.split("\n").filter((one) => !/^\s*(?:#|$)/u.test(one));
  if (!isWhole) lines.pop();
  if (!lines.some((one) => /\S\s+\S/u.test(one))) return;
  for (const one of lines) {
    const [, name] = /^\s*([\w.+-]+)(?=\s|$)/u.exec(one) ?? [];
    if (name === undefined || (await proc.findProgram(name)) === undefined) return;
  }
  if (!isWhole) {
    const what = `a list of commands of more than 1 MiB, ${text}`;
    yield { unknown: { kind: "unread-file", what, line, bound: { kind: "anything" } } };
    return;
  }
  const why = `has a list of commands read, ${text} (line ${line})`;
  const need: Need = { path: toAbsPath("/bin/sh"), role: "program", evidence: "string", why, optional: true };
  yield { need: { ...need, args: ["-c", content] } };
}
