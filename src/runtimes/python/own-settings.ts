import { type AbsPath, baseName, childOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { Installation } from "./installation.ts";

/** A word of settings that may be the name of a module, or of one inside a package that the program knows. */
const word = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/gu;

/**
 * The words of the settings of the program itself, which lie by its name or that of its package: `/etc/shop/**`,
 * `/etc/shop.conf`, `~/.shoprc`, and files that arguments and variables name.
 */
export async function wordsOfOwnSettings(installation: Installation): Promise<ReadonlySet<string>> {
  const { files, proc } = installation;
  const words = new Set<string>();
  for (const start of await placesOfSettings(installation)) {
    const real = await files.realPath(start);
    if (real === undefined) continue;
    for await (const { path, stat } of walk(proc.root, real)) {
      const text = stat.kind === "file" ? await files.readText(path) : undefined;
      for (const [one] of text?.matchAll(word) ?? []) words.add(one);
    }
  }
  return words;
}

async function placesOfSettings({ command, proc, files }: Installation): Promise<ReadonlySet<AbsPath>> {
  const { target } = command;
  const home = toAbsPath(proc.env["HOME"] ?? "/root");
  const etc = toAbsPath("/etc");
  const found = new Set<AbsPath>();
  for (const text of [...command.rest, ...Object.values(proc.env)]) {
    const path = text.replace(/^-[\w-]*=/u, "");
    if (/^\/[^:]*\/[^/:]*(?:rc|\.\w+)$/u.test(path) && (await files.isFile(toAbsPath(path))))
      found.add(toAbsPath(path));
  }
  if (target.kind !== "script" && target.kind !== "module") return found;
  const script = target.kind === "script" ? toAbsPath(target.path, proc.workdir) : undefined;
  const system = script && (await proc.systemPackage?.((await files.realPath(script)) ?? script));
  const own = target.kind === "module" ? target.name : baseName(toAbsPath(target.path)).replace(/\.py$/u, "");
  for (const name of new Set([own, system?.name, system?.source])) {
    if (name === undefined || name === "" || name.startsWith(".")) continue;
    for (const file of [name, `${name}.conf`, `${name}.cfg`, `${name}rc`]) found.add(childOf(etc, file));
    for (const file of [`.${name}rc`, `.${name}`]) found.add(childOf(home, file));
  }
  return found;
}
