import type { Finding, Need } from "../closure/model/closure.ts";
import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { latin1 } from "../formats/text/latin1.ts";
import { localesSet } from "../formats/text/set-locales.ts";
import { isMuslLoader } from "../loader/musl.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";
import { applicationTexts, ownTexts, packagedTexts } from "./own-texts.ts";
import { isOwned } from "./owned.ts";

const directory = toAbsPath("/usr/lib/locale");
const archive = toAbsPath("/usr/lib/locale/locale-archive");

/**
 * Locales of glibc. C.UTF-8 comes where a program sets a locale at all and the builder has it; one that the spec names
 * must be there, as a directory or in the archive, and one that the author's own texts or the application's name ships
 * if it is. Where the application sets one that only the run tells, those that no package has ship. C and POSIX are
 * inside the C library.
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

/** Locales that the author's own texts and the application's name, where the builder has them. */
async function* namedLocales(context: FeatureContext): AsyncIterable<FeatureYield> {
  const { root } = context;
  const names = new Map<string, string>();
  const quoted = new Map<string, AbsPath | undefined>();
  const take = (from: AbsPath | undefined, found: readonly string[]): void => {
    for (const name of found) {
      if (!names.has(name)) names.set(name, `${from ?? "the command line"} names the locale ${name}`);
    }
  };
  let open: AbsPath | undefined;
  const read = ({ from, text }: { readonly from?: AbsPath; readonly text: string }): void => {
    const set = localesSet(text);
    take(from, set.names);
    for (const one of [...set.names, ...set.quoted]) if (!quoted.has(one)) quoted.set(one, from);
    if (set.isOpen) open ??= from;
  };
  for await (const one of ownTexts(context)) if (one.isBinary !== true) read(one);
  for await (const one of applicationTexts(context)) read(one);
  const made = await madeLocales(context);
  if (open === undefined && made.length > 0) {
    for await (const { from, text } of packagedTexts(context)) if (localesSet(text).isOpen) open ??= from;
  }
  const why = `${open} sets a locale that only the run tells`;
  if (open !== undefined) yield* made.map((need) => ({ need: { ...need, evidence: "bound", why } as const }));
  if (names.size === 0 && (quoted.size === 0 || made.length === 0)) return;
  const inArchive = namesIn(latin1((await root.readFile(archive)) ?? new Uint8Array()));
  if (open === undefined) yield* quotedLocales(quoted, made, inArchive);
  for (const [name, why] of names) {
    for (const spelling of new Set([normalised(name), name])) {
      const path = toAbsPath(spelling, directory);
      if ((await root.lstat(path))?.kind === "directory") {
        yield { need: { path, role: "tree", evidence: "string", why } };
      } else if (inArchive.has(spelling)) {
        yield { need: { path: archive, role: "file", evidence: "string", why } };
      }
    }
  }
}

/** Of the locales that the author made, those whose language and country a text has in quotes: `"de_DE"`. */
function* quotedLocales(
  quoted: ReadonlyMap<string, AbsPath | undefined>,
  made: readonly Pick<Need, "path" | "role">[],
  inArchive: ReadonlySet<string>,
): Iterable<FeatureYield> {
  for (const need of made) {
    const names = need.path === archive ? [...inArchive] : [need.path.slice(directory.length + 1)];
    const name = names.map((one) => one.replace(/[.@].*$/u, "")).find((one) => quoted.has(one));
    if (name === undefined) continue;
    const why = `${quoted.get(name) ?? "the command line"} names the locale ${name}`;
    yield { need: { ...need, evidence: "string", why } };
  }
}

/** The names of locales in an archive of them: texts between zeros. */
function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\0([A-Za-z][\w.@-]{1,40})(?=\0)/gu)].map(([, name = ""]) => name));
}

/** Locales that the builder's author made: no package has them. */
async function madeLocales(context: FeatureContext): Promise<readonly Pick<Need, "path" | "role">[]> {
  const made: Pick<Need, "path" | "role">[] = [];
  for (const name of (await context.root.readDirectory(directory)) ?? []) {
    const path = toAbsPath(name, directory);
    if (
      /^C\.utf-?8$/iu.test(name) ||
      (await isOwned(context, path)) ||
      (await isOwned(context, toAbsPath("LC_CTYPE", path)))
    )
      continue;
    made.push({ path, role: (await context.root.lstat(path))?.kind === "directory" ? "tree" : "file" });
  }
  return made;
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
