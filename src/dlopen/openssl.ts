import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { maximumTextBytes } from "../rootfs/process-files.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { fileIfPresent, objectNeed } from "./matching.ts";

/**
 * OpenSSL's own configuration (config(5ssl)) with what it includes, and the providers that it turns on. Without it the
 * library starts with its defaults, so that a policy such as MinProtocol would be lost in silence.
 */
export const openssl: DlopenRule = {
  name: "openssl",
  applies: ({ elf }) => elf.soname?.startsWith("libcrypto.so.") === true,
  async *needs({ elf }, proc): AsyncIterable<Yield> {
    const strings = await elf.strings('DIR: "');
    const built = (name: string) =>
      strings.flatMap((text) => (text.startsWith(`${name}: "/`) ? (text.split('"')[1] ?? []) : []))[0];
    const directory = built("OPENSSLDIR");
    if (directory === undefined) return;
    const modules = built("MODULESDIR");
    const pending = [proc.env["OPENSSL_CONF"] ?? `${directory}/openssl.cnf`];
    const seen = new Set<string>();
    for (let text = pending.pop(); text !== undefined; text = pending.pop()) {
      if (!text.startsWith("/") || seen.has(text)) continue;
      seen.add(text);
      const path = toAbsPath(text);
      const conf = await readConf(proc.root, path);
      if (conf === undefined) continue;
      if (conf === "large") {
        const what = `a configuration of more than 16 MiB, ${path}`;
        yield { unknown: { kind: "unread-file", what, bound: { kind: "paths", paths: [path] } } };
        continue;
      }
      yield fileIfPresent(path, "is configured by it");
      for (const include of conf.includes) {
        const names = await proc.root.readDirectory(toAbsPath(include));
        if (names === undefined) pending.push(include);
        else pending.push(...names.filter((name) => /\.(?:cnf|conf)$/u.test(name)).map((name) => `${include}/${name}`));
      }
      for (const provider of conf.providers) {
        const module = provider.startsWith("/") ? provider : modules && `${modules}/${provider}.so`;
        if (!module || (await proc.root.lstat(toAbsPath(module))) === undefined) continue;
        yield objectNeed(toAbsPath(module), `is configured by ${path} to load it`);
      }
    }
  },
};

interface Conf {
  readonly includes: readonly string[];
  /** Names of providers that are modules, and paths of modules. */
  readonly providers: readonly string[];
}

async function readConf(root: RootFs, path: AbsPath): Promise<Conf | "large" | undefined> {
  const resolved = await resolveLinks(root, path);
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") return undefined;
  if (resolved.stat.sizeBytes > maximumTextBytes) return "large";
  const includes: string[] = [];
  const providers: string[] = [];
  for (const line of new TextDecoder().decode(await root.readFile(resolved.real)).split("\n")) {
    const [, include] = /^\s*\.include\s*=?\s*([^#\s]+)/u.exec(line) ?? [];
    if (include !== undefined) includes.push(include);
    const [, key, value] = /^\s*(legacy|fips|module|dynamic_path)\s*=\s*([^#\s]+)/u.exec(line) ?? [];
    if (key === "module" || key === "dynamic_path") providers.push(value ?? "");
    else if (key !== undefined) providers.push(key);
  }
  return { includes, providers: providers.filter((name) => name !== "") };
}
