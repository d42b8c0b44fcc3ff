import { isBuiltin } from "../../languages/javascript/builtins.ts";
import { packageRootOf } from "../../languages/javascript/packages.ts";
import { type Location, splitSpecifier } from "../../languages/javascript/resolver.ts";
import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import type { DenoCache } from "./cache.ts";
import type { DenoConfig } from "./config.ts";

/**
 * Where a specifier leads before Node's rules are asked: import maps, members of the workspace, packages, addresses.
 */
export class DenoLocator {
  readonly #config: DenoConfig;
  readonly #cache: DenoCache;

  constructor({ config, cache }: { readonly config: DenoConfig; readonly cache: DenoCache }) {
    this.#config = config;
    this.#cache = cache;
  }

  async locate(specifier: string, directory: AbsPath): Promise<Location | undefined> {
    const isInstalled = packageRootOf(toAbsPath("_", directory), this.#cache.packagePaths) !== undefined;
    const mapped = isInstalled ? undefined : this.#config.map(specifier, directory);
    const name = mapped ?? specifier;
    const member = memberOf(name, this.#config);
    if (member !== undefined) return member;
    if (/^https?:/u.test(name)) {
      const file = this.#cache.remoteFile(name);
      return { files: file === undefined ? [] : await this.#present([file]) };
    }
    if (name.startsWith("jsr:")) return { files: await this.#present(await this.#cache.jsrFiles(name)) };
    if (name.startsWith("npm:")) return this.#npmLocation(name, directory);
    const split = isInstalled && !isBuiltin(name) && !/^[./#]/u.test(name) ? splitSpecifier(name) : undefined;
    if (split !== undefined && isWithin(directory, this.#cache.directory)) {
      const packages = await this.#cache.npmPackages(split.name, "", directory);
      if (packages.length > 0) return { packages, subpath: split.subpath };
    }
    return mapped === undefined ? undefined : { specifier: mapped, directory };
  }

  async #present(paths: readonly AbsPath[]): Promise<readonly AbsPath[]> {
    const found: AbsPath[] = [];
    for (const path of paths) if ((await this.#cache.addressOf(path)) !== undefined) found.push(path);
    return found;
  }

  async #npmLocation(name: string, directory: AbsPath): Promise<Location> {
    const parts = /^npm:\/?(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@(?<wanted>[^/]*))?(?:\/(?<rest>.*))?$/u.exec(name)?.groups;
    const { name: own = "", wanted = "", rest = "" } = parts ?? {};
    const subpath = rest === "" ? "." : `./${rest}`;
    if (!this.#config.usesNodeModules) {
      const packages = await this.#cache.npmPackages(own, wanted, directory);
      if (packages.length > 0) return { packages, subpath };
    }
    // Imports of a downloaded file are installed beside the configuration.
    const from = isWithin(directory, this.#cache.directory) ? (this.#config.directory ?? directory) : directory;
    return { specifier: rest === "" ? own : `${own}/${rest}`, directory: from };
  }
}

function memberOf(name: string, { members }: DenoConfig): Location | undefined {
  const plain = name.replace(/^jsr:\/?/u, "");
  const [, own = "", rest = ""] = /^(@[^/@]+\/[^/@]+|[^/@]+)(?:@[^/]*)?(\/.*)?$/u.exec(plain) ?? [];
  const member = members.get(own);
  if (member === undefined) return undefined;
  const { exports, directory } = member;
  const key = `.${rest}`;
  const target: unknown =
    typeof exports === "string" && key === "."
      ? exports
      : Object.entries(exports ?? {}).find(([one]) => one === key)?.[1];
  return typeof target === "string" ? { files: [toAbsPath(target, directory)] } : undefined;
}
