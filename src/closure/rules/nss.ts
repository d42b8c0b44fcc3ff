import { resolveLinks } from "../../rootfs/links.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import type { DlopenRule, ProcessContext, Yield } from "../closure.ts";
import { fileIfPresent, importsAny, objectNeed, usesGlibc } from "./matching.ts";

/** Databases of nsswitch.conf(5), the functions that look into them, and the plain files that hold them. */
const databases: readonly {
  readonly names: readonly string[];
  readonly functions: readonly string[];
  readonly files: readonly string[];
}[] = [
  {
    names: ["passwd", "group", "initgroups"],
    functions: ["getpw*", "getgr*", "initgroups", "getlogin", "getlogin_r", "cuserid"],
    files: [],
  },
  {
    names: ["hosts", "networks"],
    functions: ["getaddrinfo", "gethostby*", "getnameinfo", "getnetby*", "getaddrinfo_a"],
    files: ["/etc/host.conf", "/etc/gai.conf"],
  },
  {
    names: ["services", "protocols"],
    functions: ["getservby*", "getprotoby*", "getservent*", "getprotoent*"],
    files: ["/etc/services", "/etc/protocols"],
  },
];

/** What glibc asks where nsswitch.conf says nothing of a database. */
const defaultServices = ["files", "dns"];
const confPath = toAbsPath("/etc/nsswitch.conf");
const confLimit = 2 ** 16;

/**
 * Name services: the modules that nsswitch.conf names for the databases that the object looks into. Since glibc 2.34 `files`
 * and `dns` are inside the C library; the older modules are taken where the builder has them. The configuration itself and
 * the accounts are made by the system features.
 */
export const nss: DlopenRule = {
  name: "nss",
  applies: ({ elf }) => databases.some(({ functions }) => importsAny(elf, functions)),
  async *needs({ elf }, process): AsyncIterable<Yield> {
    if (!usesGlibc(process)) return;
    const configured = await readServices(process);
    for (const { names, functions, files } of databases) {
      if (!importsAny(elf, functions)) continue;
      for (const file of files)
        yield fileIfPresent(toAbsPath(file), `looks up ${names[0] ?? ""}, which this file steers`);
      const services = new Set(names.flatMap((name) => configured.get(name) ?? defaultServices));
      for (const service of [...services].sort()) {
        const path = await process.findLibrary(`libnss_${service}.so.2`);
        if (path !== undefined) yield objectNeed(path, `looks up ${names[0] ?? ""} by the name service ${service}`);
      }
    }
  },
};

/** Database to services, as nsswitch.conf(5) of the root has them. */
async function readServices({ root }: ProcessContext): Promise<ReadonlyMap<string, readonly string[]>> {
  const place = await resolveLinks(root, confPath);
  if (place === undefined || place === "loop" || place.stat.sizeBytes > confLimit) return new Map();
  const text = new TextDecoder().decode(await root.readFile(place.real));
  const services = new Map<string, readonly string[]>();
  for (const line of text.split("\n")) {
    const [, database, list] = /^\s*(\w+)\s*:([^#]*)/u.exec(line) ?? [];
    if (database === undefined || list === undefined) continue;
    // Actions in brackets steer what happens between services.
    services.set(
      database,
      list
        .replaceAll(/\[[^\]]*\]/gu, " ")
        .split(/\s+/u)
        .filter((name) => /^\w+$/u.test(name)),
    );
  }
  return services;
}
