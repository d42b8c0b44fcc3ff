import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { importsAny, objectNeed } from "./matching.ts";

const loaders = ["OSSL_PROVIDER_load*", "OSSL_PROVIDER_try_load*"];
/** Those that OpenSSL ships as modules (OSSL_PROVIDER(3ssl), provider(7ssl)); the others are in libcrypto. */
const providers = ["legacy", "fips"];

/** Who loads a provider by its name makes libcrypto open the module of that name. */
export const opensslProviders: DlopenRule = {
  name: "openssl-providers",
  applies: ({ elf }) => importsAny(elf, loaders),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    const soname = elf.needed.find((name) => name.startsWith("libcrypto.so."));
    const library = soname === undefined ? undefined : await proc.findLibrary(soname, path);
    const crypto = library === undefined ? undefined : await proc.readElf(library);
    const built = (await crypto?.strings('MODULESDIR: "'))?.find((text) => text.startsWith('MODULESDIR: "'));
    const directory = built?.split('"')[1];
    if (!directory?.startsWith("/")) return;
    for (const provider of providers) {
      // Rust keeps its texts in one, with nothing between them.
      if ((await elf.strings(provider)).length === 0) continue;
      const module = toAbsPath(`${directory}/${provider}.so`);
      if ((await proc.root.lstat(module)) === undefined) continue;
      yield objectNeed(module, `loads the provider ${provider}`);
    }
  },
};
