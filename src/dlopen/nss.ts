import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { fileIfPresent, importsAny, objectNeed, usesGlibc } from "./matching.ts";

/**
 * Databases of the C library, the functions that look into them, and the plain files that steer or hold them. Name
 * services hold those of nsswitch.conf(5) as well.
 */
const databases: readonly {
  readonly name: string;
  readonly functions: readonly string[];
  readonly files: readonly string[];
  /** No service of nsswitch.conf(5) holds it. */
  readonly isPlain?: boolean;
}[] = [
  {
    name: "accounts",
    functions: ["getpw*", "getgr*", "initgroups", "getlogin", "getlogin_r", "cuserid"],
    files: [],
  },
  {
    name: "hosts",
    functions: ["getaddrinfo", "gethostby*", "getnameinfo", "getnetby*", "getaddrinfo_a"],
    // A host comes with a service, which has a name or gets one: "http".
    files: ["/etc/host.conf", "/etc/gai.conf", "/etc/services"],
  },
  {
    name: "services",
    functions: ["getservby*", "getprotoby*", "getservent*", "getprotoent*"],
    files: ["/etc/services", "/etc/protocols"],
  },
  { name: "networks", functions: ["getnetby*", "getnetent*"], files: ["/etc/networks"] },
  { name: "programs by RPC", functions: ["getrpcby*", "getrpcent*"], files: ["/etc/rpc"] },
  { name: "hosts of a wire", functions: ["ether_hostton", "ether_ntohost"], files: ["/etc/ethers"] },
  { name: "groups of a network", functions: ["setnetgrent", "innetgr"], files: ["/etc/netgroup"] },
  { name: "aliases of mail", functions: ["getaliasby*", "getaliasent*"], files: ["/etc/aliases"] },
  { name: "shells of accounts", functions: ["getusershell"], files: ["/etc/shells"], isPlain: true },
  { name: "file systems", functions: ["getfsent", "getfsspec", "getfsfile"], files: ["/etc/fstab"], isPlain: true },
];

const defaultServices = ["files", "dns"];

/**
 * What functions of the C library look up: the files that hold it, and with glibc the modules of the services that the
 * image's nsswitch.conf will name. Since glibc 2.34 `files` and `dns` are inside the C library; the older modules are
 * taken where the builder has them. The configuration itself and the accounts are made by the system features, whatever
 * the builder has.
 */
export const nss: DlopenRule = {
  name: "nss",
  applies: ({ elf }) => databases.some(({ functions }) => importsAny(elf, functions)),
  async *needs({ elf }, proc): AsyncIterable<Yield> {
    const isGlibc = usesGlibc(proc);
    const inside = isGlibc && (await hasServicesInside(proc)) ? defaultServices : [];
    const services = isGlibc ? [...new Set(proc.nameServices ?? defaultServices)].sort() : [];
    for (const { name, functions, files, isPlain = false } of databases) {
      if (!importsAny(elf, functions)) continue;
      for (const file of files) yield fileIfPresent(toAbsPath(file), `looks up ${name} with it`);
      for (const service of isPlain ? [] : services) {
        if (inside.includes(service) || (service === "dns" && name !== "hosts")) continue;
        const path = await proc.findLibrary(`libnss_${service}.so.2`);
        if (path !== undefined) yield objectNeed(path, `looks up ${name} by the name service ${service}`);
      }
    }
  },
};

async function hasServicesInside(proc: ProcessContext): Promise<boolean> {
  const path = await proc.findLibrary("libc.so.6");
  const libc = path === undefined ? undefined : await proc.readElf(path);
  return libc?.versionDefinitions.includes("GLIBC_2.34") === true;
}
