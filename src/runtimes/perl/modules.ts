import { type AbsPath, baseName, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Because, Emitter } from "./emitter.ts";
import { areaOf, type Installation } from "./installation.ts";

/** Finds modules on `@INC` and brings them with what belongs to them. */
export interface Modules {
  /** `@INC` as it is known by now: sources add to it. */
  readonly directories: () => readonly AbsPath[];
  /** Puts directories before all others. */
  add(directories: readonly AbsPath[]): void;
  /** False when no directory has the module. */
  reach(name: string, because: Because): Promise<boolean>;
  /** The compiled part of a module that only some of those who load it make it load. */
  reachSpared(name: string): Promise<void>;
  /** The same as `reach` for a file that is named as it is, such as `sys/socket.ph`. */
  reachFile(name: string, because: Because): Promise<boolean>;
}

/** `re` has a second engine for regular expressions, of 0.7 MB, which it loads to debug and to ask what the first one made of them. */
const sparedParts: ReadonlySet<string> = new Set(["re"]);

export function createModules(installation: Installation, emitter: Emitter): Modules {
  const { files, process } = installation;
  let directories = installation.path.directories;
  const reached = new Map<string, Promise<boolean>>();

  async function locate(relative: string): Promise<AbsPath | undefined> {
    // Applications often add their own directories by means that nobody reads.
    const own =
      process.appRoot === undefined ? [] : ["", "/lib", "/local/lib/perl5"].map((part) => `${process.appRoot}${part}`);
    for (const directory of [...directories, ...own]) {
      const path = childOf(toAbsPath(directory), relative);
      if (await files.isFile(path)) return path;
    }
    return undefined;
  }

  async function reachModule(name: string, because: Because): Promise<boolean> {
    const relative = `${name.replaceAll("::", "/")}.pm`;
    const path = await locate(relative);
    if (path === undefined) return false;
    emitter.file(path, "module", because);
    const root = path.slice(0, -relative.length - 1);
    const isSpared = process.stdlib === "reachable" && sparedParts.has(name);
    if (!isSpared) await reachCompiled(name, path);
    if (areaOf(installation, path) !== "site") return true;
    await reachDataBeside(path, toAbsPath(root));
    await reachRest(name, path, root);
    return true;
  }

  /**
   * What XSLoader and AutoLoader look for below `auto` beside the module, and DynaLoader in the first directory of the path that has
   * it. Other directories may hold the same for another version of the module.
   */
  async function reachCompiled(name: string, path: AbsPath): Promise<void> {
    const parts = name.split("::");
    const root = toAbsPath(path.slice(0, -`${parts.join("/")}.pm`.length));
    const compiled = async (directory: AbsPath): Promise<readonly AbsPath[]> => {
      const own = childOf(directory, `auto/${parts.join("/")}`);
      const names = [...(await files.names(own))].filter((file) => /\.(?:so|al|ix|bs)$/u.test(file));
      return names.map((file) => childOf(own, file));
    };
    const beside = await compiled(root);
    let first: readonly AbsPath[] = [];
    for (const directory of directories) {
      first = await compiled(directory);
      if (first.length > 0) break;
    }
    for (const file of new Set([...beside, ...first])) {
      const isObject = file.endsWith(".so");
      const why = isObject ? "has it as its compiled part" : "loads it on its first use";
      emitter.file(file, isObject ? "file" : "module", { evidence: "rule", why: `${why} (${baseName(path)})` });
    }
  }

  /** Tables and templates that a module finds from its own path; what lies at the top of `@INC` belongs to nobody in particular. */
  async function reachDataBeside(path: AbsPath, root: AbsPath): Promise<void> {
    const directory = parentOf(path);
    if (directory === root) return;
    for (const name of await files.names(directory)) {
      const data = childOf(directory, name);
      if (/\.(?:pm|pl|pod|t|PL|xs|h|c|ph|so|packlist)$/u.test(name) || !(await files.isFile(data))) continue;
      emitter.file(data, "file", { evidence: "rule", why: `may be read by ${baseName(path)}` });
    }
  }

  /** Of a distribution whose main module is used, all modules below its name may be loaded by name; its data are read by its name. */
  async function reachRest(name: string, path: AbsPath, root: string): Promise<void> {
    if (process.prune === "reachable") return;
    const because: Because = { evidence: "rule", why: `may be loaded by ${name}` };
    const below = childOf(parentOf(path), baseName(path).slice(0, -3));
    if (await files.isDirectory(below)) {
      await emitter.directory(below, { keeps: (one) => !/\.(?:pod|t)$/u.test(one), role: "module", because });
    }
    const share = childOf(toAbsPath(root), "auto/share");
    for (const kind of ["dist", "module"]) {
      const data = childOf(childOf(share, kind), name.replaceAll("::", "-"));
      if (await files.isDirectory(data)) {
        await emitter.directory(data, {
          keeps: () => true,
          role: "file",
          because: { ...because, why: `has it as data of ${name}` },
        });
      }
    }
  }

  return {
    directories: () => directories,
    add(more) {
      directories = [...new Set([...more, ...directories])];
    },
    async reach(name, because) {
      const known = await reached.get(name);
      if (known === true) return true;
      const answer = reachModule(name, because);
      reached.set(name, answer);
      return answer;
    },
    async reachSpared(name) {
      const path = await locate(`${name.replaceAll("::", "/")}.pm`);
      if (path !== undefined) await reachCompiled(name, path);
    },
    async reachFile(name, because) {
      const path = name.startsWith("/") ? toAbsPath(name) : await locate(name.replace(/^\.\//u, ""));
      if (path === undefined || !(await files.isFile(path))) return false;
      emitter.file(path, "module", because);
      return true;
    },
  };
}
