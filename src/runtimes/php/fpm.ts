import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { unreadFile } from "../../languages/unread-file.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { PhpCommand } from "./command-line.ts";
import { type CompiledPaths, parseIni } from "./ini.ts";

/**
 * Files and directories in php-fpm's configuration: the files that `include` names, directories of sockets, logs and
 * process numbers, and the settings that pools make (php-fpm.conf(5)).
 */
export async function readFpm(
  proc: ProcessContext,
  {
    files,
    command,
    compiled,
  }: { readonly files: ProcessFiles; readonly command: PhpCommand; readonly compiled: CompiledPaths },
): Promise<{ readonly yields: readonly Yield[]; readonly settings: readonly (readonly [string, string, AbsPath])[] }> {
  const yields: Yield[] = [];
  const settings: [string, string, AbsPath][] = [];
  const main = await findConfig();
  if (main === undefined) return { yields, settings };
  const prefixes =
    command.prefix === undefined ? [parentOf(parentOf(main)), parentOf(main)] : [toAbsPath(command.prefix)];
  const [prefix = parentOf(main)] = prefixes;
  const queue: { readonly path: AbsPath; readonly from: AbsPath }[] = [{ path: main, from: proc.program }];
  const seen = new Set<AbsPath>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { path, from } = next;
    if (seen.has(path)) continue;
    seen.add(path);
    yields.push(need(path, "reads its configuration from", from));
    let pool = "";
    const text = await files.readText(path);
    const unread = text === undefined ? await unreadFile(path, files) : undefined;
    if (unread !== undefined) yields.push({ unknown: unread, from });
    for (const line of (text ?? "").split("\n")) {
      pool = /^\s*\[([^\]]+)\]/u.exec(line)?.[1] ?? pool;
      const [setting] = parseIni(line);
      const [name, written] = setting ?? ["", ""];
      const value = written.replaceAll("$pool", pool).replaceAll("$prefix", prefix);
      if (name === "" || value === "") continue;
      if (name === "include") {
        yields.push(...directoriesOf(value, path));
        for (const base of prefixes) {
          const found = await expandGlob(proc.root, toAbsPath(value, base));
          queue.push(...found.map((one) => ({ path: one, from: path })));
        }
      } else if (/^(?:pid|error_log|slowlog|access\.log|listen)$/u.test(name)) {
        if (/^(?:\/(?!dev\/|proc\/)|var\/|log\/)/u.test(value)) {
          yields.push(need(parentOf(toAbsPath(value, prefix)), "keeps files in", path));
        }
      } else if (name === "chdir" || name === "chroot") {
        yields.push(need(toAbsPath(value, prefix), `has it as ${name}`, path));
      } else {
        const [, own] = /^php_(?:admin_)?(?:value|flag)\[([\w.]+)\]$/u.exec(name) ?? [];
        if (own !== undefined) settings.push([own, value, path]);
      }
    }
  }
  for (const { path, from } of queue) {
    const what = `include of ${path}`;
    yields.push({ unknown: { kind: "long-list", what, bound: { kind: "paths", paths: [path] } }, from });
  }
  return { yields, settings };

  async function findConfig(): Promise<AbsPath | undefined> {
    if (command.fpmConfig !== undefined) return toAbsPath(command.fpmConfig, proc.workdir);
    const { ini, scan } = compiled;
    const locations = [ini, scan === undefined ? undefined : parentOf(scan)].filter((path) => path !== undefined);
    for (const location of locations.flatMap((path) => [path, parentOf(path)])) {
      if (await files.isFile(childOf(location, "php-fpm.conf"))) return childOf(location, "php-fpm.conf");
    }
    return undefined;
  }

  /** The directory of a pattern has to be there, or php-fpm warns of it. */
  function directoriesOf(pattern: string, from: AbsPath): readonly Yield[] {
    const directory = parentOf(toAbsPath(pattern, prefix));
    return directory.includes("*") ? [] : [need(directory, "looks for configuration in", from)];
  }
}

function need(path: AbsPath, why: string, from: AbsPath): Yield {
  const one: Need = { path, role: "file", evidence: "declared", why: `${why} ${path}`, optional: true };
  return { need: one, from };
}
