import type { Finding } from "../closure/model/closure.ts";
import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { isMuslLoader } from "../loader/musl.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";

const directory = toAbsPath("/usr/lib/locale");
const archive = toAbsPath("/usr/lib/locale/locale-archive");

/**
 * Locales of glibc. C.UTF-8 comes where a program sets a locale at all and the builder has it; a named one must be
 * there, as a directory or in the archive. C and POSIX are inside the C library.
 */
export const locale: Feature = {
  name: "locale",
  pointer: "/system/locales",
  async *apply(context): AsyncIterable<FeatureYield> {
    const { root, request } = context;
    // musl takes every name for UTF-8, and has no files of locales.
    if (isMusl(context)) return;
    for (const name of request.system.locales) {
      if (name === "C" || name === "POSIX") continue;
      const isDefault = /^C\.utf-?8$/i.test(name);
      if (isDefault && !setsLocale(context)) continue;
      const why = `asks for the locale ${name}`;
      let isFound = false;
      for (const spelling of [normalised(name), name]) {
        const path = toAbsPath(spelling, directory);
        if ((await root.lstat(path))?.kind !== "directory" || isFound) continue;
        isFound = true;
        yield { need: { path, role: "tree", evidence: "declared", why } };
      }
      if (isFound || isDefault) continue;
      if ((await root.lstat(archive)) !== undefined) {
        yield { need: { path: archive, role: "file", evidence: "declared", why } };
      } else yield { finding: missing(name) };
    }
  },
};

function setsLocale({ objects }: FeatureContext): boolean {
  return objects.some(({ elf }) => elf.importedSymbols.has("setlocale") || elf.importedSymbols.has("newlocale"));
}

/** True where programs are loaded by musl's loader, and none by another. */
function isMusl({ objects }: FeatureContext): boolean {
  const loaders = objects.flatMap(({ elf }) => elf.loader ?? []);
  return loaders.length > 0 && loaders.every(isMuslLoader);
}

/** As localedef(1) names directories: the codeset in lower case, letters and digits only. */
function normalised(name: string): string {
  return name.replace(/\.([^@]*)/, (_, codeset: string) => `.${codeset.toLowerCase().replaceAll(/[^a-z0-9]/g, "")}`);
}

function missing(name: string): Finding {
  return {
    severity: "error",
    code: "LOCALE_MISSING",
    message: `cannot add the locale ${name}: the builder has neither ${directory}/${normalised(name)} nor a locale archive`,
    hint: "add locales-all to the builder's `packages`, or run localedef in `build`",
  };
}
