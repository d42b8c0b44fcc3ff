import type { Finding } from "../closure/model/closure.ts";
import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { isMuslLoader } from "../loader/musl.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { ownTexts } from "./own-texts.ts";

const directory = toAbsPath("/usr/lib/locale");
const archive = toAbsPath("/usr/lib/locale/locale-archive");

/** `LC_ALL=de_DE`, and a name with its encoding anywhere: `de_DE.UTF-8`. */
const localeName =
  /(?<=\b(?:LANG|LC_[A-Z]+)["']?\s*[=:]\s*["']?)[a-z]{2,3}_[A-Z]{2}[\w.@-]*|\b[a-z]{2,3}_[A-Z]{2}\.[\w-]+(?:@\w+)?/gu;

/**
 * Locales of glibc. C.UTF-8 comes where a program sets a locale at all and the builder has it; one that the spec names
 * must be there, as a directory or in the archive, and one that the author's own texts name ships if it is. C and POSIX
 * are inside the C library.
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
    if (setsLocale(context)) yield* namedLocales(context);
  },
};

/** Locales that the author's own texts name, where the builder has them. */
async function* namedLocales(context: FeatureContext): AsyncIterable<FeatureYield> {
  const { root } = context;
  const names = new Map<string, string>();
  for await (const { from, text, isBinary } of ownTexts(context)) {
    if (isBinary === true) continue;
    for (const [name] of text.matchAll(localeName)) {
      if (!names.has(name)) names.set(name, `${from ?? "the command line"} names the locale ${name}`);
    }
  }
  if (names.size === 0) return;
  const inArchive = new TextDecoder("latin1").decode((await root.readFile(archive)) ?? new Uint8Array());
  for (const [name, why] of names) {
    for (const spelling of new Set([normalised(name), name])) {
      const path = toAbsPath(spelling, directory);
      if ((await root.lstat(path))?.kind === "directory") {
        yield { need: { path, role: "tree", evidence: "string", why } };
      } else if (inArchive.includes(`\0${spelling}\0`)) {
        yield { need: { path: archive, role: "file", evidence: "string", why } };
      }
    }
  }
}

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
