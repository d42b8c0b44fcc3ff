import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import { isOwned } from "./owned.ts";

/** Services that the C library has inside since glibc 2.34; the dlopen rule takes the older modules. */
const builtIn: ReadonlySet<string> = new Set(["files", "dns", "compat"]);

export const nsswitchPath: ReturnType<typeof toAbsPath> = toAbsPath("/etc/nsswitch.conf");

/**
 * `/etc/nsswitch.conf`, always, since programs fall back to other services without it, and the libraries that it names.
 */
export const nss: Feature = {
  name: "nss",
  pointer: "/system/nss",
  async *apply(context): AsyncIterable<FeatureYield> {
    const { nss: stated } = context.request.system;
    if (stated.length === 0) return;
    const own = await servicesOfBuilder(context);
    const services = [...stated, ...own.keys()];
    const generated = { path: nsswitchPath, kind: "file", mode: 0o644, uid: 0, gid: 0 } as const;
    yield { generated: { ...generated, why: "names the name services", content: printNsswitch(services) } };
    for (const [service, path] of own) {
      yield {
        need: { path, role: "object", evidence: "string", why: `is the name service ${service} of the builder` },
      };
    }
    for (const service of stated.filter((name) => !builtIn.has(name))) {
      const soname = `libnss_${service}.so.2`;
      const path = await context.findLibrary(soname);
      if (path !== undefined) {
        yield { need: { path, role: "object", evidence: "declared", why: `names the name service ${service}` } };
      } else {
        const finding = {
          severity: "error" as const,
          code: "NSS_SERVICE_MISSING" as const,
          message: `cannot add the name service ${service}: the builder has no ${soname}`,
          hint: "add the package that has it to the builder's `packages`, or remove it from system.nss",
        };
        yield { finding };
      }
    }
  },
};

/**
 * The services beyond those of the C library that the builder's own configuration names and the builder has, where no
 * package lists that file: a package of a name service, or a step of the builder, wrote them there.
 */
async function servicesOfBuilder(context: FeatureContext): Promise<ReadonlyMap<string, AbsPath>> {
  const bytes = (await isOwned(context, nsswitchPath)) ? undefined : await context.readBuilder(nsswitchPath);
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  const found = new Map<string, AbsPath>();
  for (const [, words = ""] of text.matchAll(
    /^[ \t]*(?:passwd|group|initgroups|hosts|networks|services|protocols):(.*)$/gmu,
  )) {
    for (const service of words.replace(/\[[^[\]]*\]|#.*/gu, " ").split(/\s+/u)) {
      if (service === "" || builtIn.has(service) || context.request.system.nss.includes(service)) continue;
      const path = await context.findLibrary(`libnss_${service}.so.2`);
      if (path !== undefined) found.set(service, path);
    }
  }
  return found;
}

/** The text of nsswitch.conf(5). `dns` knows hosts and networks only. */
export function printNsswitch(services: readonly string[]): string {
  const local = services.filter((service) => service !== "dns").join(" ") || "files";
  const hosts = services.join(" ");
  return `passwd: ${local}\ngroup: ${local}\nhosts: ${hosts}\nnetworks: files\nprotocols: files\nservices: files\n`;
}
