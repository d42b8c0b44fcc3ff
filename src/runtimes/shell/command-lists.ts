import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";

const sizeLimit = 2 ** 16;
const lineLimit = 200;

/**
 * The commands of a text of the builder's author that a command reads from its input: one in which each line begins with
 * a program, and some have arguments. `parallel < jobs.txt` hands such lines to a shell.
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
  if (resolved.stat.sizeBytes > sizeLimit || (await proc.systemPackage?.(resolved.real)) !== undefined) return;
  const content = new TextDecoder().decode(await proc.root.readFile(resolved.real));
  const lines = content.split("\n").filter((one) => !/^\s*(?:#|$)/u.test(one));
  if (lines.length > lineLimit || !lines.some((one) => /\S\s+\S/u.test(one))) return;
  for (const one of lines) {
    const [, name] = /^\s*([\w.+-]+)(?=\s|$)/u.exec(one) ?? [];
    if (name === undefined || (await proc.findProgram(name)) === undefined) return;
  }
  const why = `has a list of commands read, ${text} (line ${line})`;
  const need: Need = { path: toAbsPath("/bin/sh"), role: "program", evidence: "string", why, optional: true };
  yield { need: { ...need, args: ["-c", content] } };
}
