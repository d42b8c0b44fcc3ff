import type { DlopenRule, Need, ProcessContext, Role, Yield } from "../closure/model/closure.ts";
import { expandGlob } from "../rootfs/glob.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { maximumTextBytes } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { importsAny } from "./matching.ts";

const soname = "libpam.so.0";
const settingsFolders = ["/etc/pam.d", "/usr/lib/pam.d"];

/**
 * Authentication modules (pam.conf(5)): the settings of the services that a program asks for, with what they include,
 * the modules that they name, and what those read and run. A service is the program's own name, or a name among the
 * strings of what calls `pam_start`; where neither is a service, every one may be meant.
 */
export const pam: DlopenRule = {
  name: "pam",
  applies: ({ elf }) => elf.needed.includes(soname) && importsAny(elf, ["pam_start*"]),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    const library = await proc.findLibrary(soname, path);
    const strings = (await (library && (await proc.readElf(library)))?.strings("/security")) ?? [];
    const modules = strings.find((text) => /^\/\S*\/security\/?$/u.test(text));
    if (modules === undefined) return;
    const all = new Set<string>();
    for (const folder of settingsFolders) {
      for (const name of (await proc.root.readDirectory(toAbsPath(folder))) ?? []) all.add(name);
    }
    const words = new Set([baseName(proc.program), baseName(path), ...(await elf.strings())]);
    const named = [...all].filter((name) => words.has(name));
    const services = named.length > 0 ? [...named, "other"] : [...all];
    yield* readSettings(proc, { services, modules: toAbsPath(modules) });
  },
};

async function* readSettings(
  proc: ProcessContext,
  { services, modules }: { readonly services: readonly string[]; readonly modules: AbsPath },
): AsyncIterable<Yield> {
  const pending = [...services];
  const seen = new Set<string>();
  const loaded = new Set<AbsPath>();
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const folder of settingsFolders) {
      const file = toAbsPath(name, folder);
      const text = await readText(proc.root, file);
      if (text === undefined) continue;
      if (text === "large") {
        const what = `settings of more than 16 MiB, ${file}`;
        yield { unknown: { kind: "unread-file", what, bound: { kind: "directory", path: modules } } };
        continue;
      }
      yield need(file, "file", "authenticates by it");
      for (const found of parseSettings(text.text)) {
        if (found.kind === "include") pending.push(found.name);
        else loaded.add(toAbsPath(found.name, modules));
      }
    }
  }
  for (const module of loaded) yield* moduleNeeds(proc, module);
}

type Setting = { readonly kind: "include" | "module"; readonly name: string };

/** The files and modules that a text of settings names; controls may be lists in brackets. */
export function parseSettings(text: string): readonly Setting[] {
  const settings: Setting[] = [];
  for (const line of text.replaceAll("\\\n", " ").split("\n")) {
    const included = /^\s*@include\s+(\S+)/u.exec(line)?.[1];
    if (included !== undefined) settings.push({ kind: "include", name: included });
    const rule = /^\s*-?(?:auth|account|password|session)\s+(\[[^\]]*\]|\S+)\s+(\S+)/u.exec(line);
    if (rule === null) continue;
    const [, control = "", name = ""] = rule;
    settings.push({ kind: control === "include" || control === "substack" ? "include" : "module", name });
  }
  return settings;
}

/** A module, and the files and programs in its strings: those of its own settings, never accounts. */
async function* moduleNeeds(proc: ProcessContext, module: AbsPath): AsyncIterable<Yield> {
  const elf = await proc.readElf(module);
  if (elf === undefined) return;
  yield need(module, "object", "authenticates by this module");
  const name = baseName(module);
  for (const text of await elf.strings()) {
    if (/^\/etc\/(?:security\/\S+|environment|login\.defs)$/u.test(text)) {
      for (const path of await expandGlob(proc.root, text))
        yield need(path, "file", `authenticates by ${name}, which reads it`);
    } else if (/^\/usr\/s?bin\/\w+_(?:chkpwd|helper)$/u.test(text)) {
      yield need(toAbsPath(text), "program", `authenticates by ${name}, which runs it`);
    }
  }
}

function need(path: AbsPath, role: Role, why: string): Yield {
  const wanted: Need = { path, role, evidence: "rule", why, optional: true };
  return { need: wanted };
}

async function readText(root: RootFs, path: AbsPath): Promise<{ readonly text: string } | "large" | undefined> {
  const resolved = await resolveLinks(root, path);
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") return undefined;
  if (resolved.stat.sizeBytes > maximumTextBytes) return "large";
  return { text: new TextDecoder().decode(await root.readFile(resolved.real)) };
}
