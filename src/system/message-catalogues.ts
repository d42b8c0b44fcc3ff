import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { localesSet } from "../formats/text/set-locales.ts";
import { type AbsPath, childOf, toAbsPath } from "../rootfs/rootfs.ts";
import { ownTexts } from "./own-texts.ts";

/** Where gettext(3) looks: what is told another directory names it as a path. */
const directory = toAbsPath("/usr/share/locale");
/** Where no package installs: the author put catalogues there. */
const authors = toAbsPath("/usr/local/share/locale");
const variables = ["LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES"];
const lookUps = ["bindtextdomain", "dcgettext", "dgettext", "gettext", "dcngettext", "ngettext"];

/**
 * Messages of shipped objects in the languages of the image: those of its variables, of the author's own texts, and of
 * the locales that the spec asks for. An object holds the name of its domain. Without such a language gettext(3) opens
 * nothing. Catalogues that the author put there come in every language: a request may tell it.
 */
export const messageCatalogues: Feature = {
  name: "message-catalogues",
  pointer: "/system/locales",
  async *apply(context): AsyncIterable<FeatureYield> {
    const { root } = context;
    const asking = context.objects.filter(({ path, elf }) => {
      return path.endsWith("/libc.so.6") || lookUps.some((name) => elf.importedSymbols.has(name));
    });
    if (asking.length === 0) return;
    const languages = (await languagesOf(context)).map((language) => childOf(directory, language));
    const own = [...((await root.readDirectory(authors)) ?? [])].sort().map((language) => childOf(authors, language));
    const domains = new Map<string, AbsPath[]>();
    for (const messages of [...languages, ...own].map((one) => childOf(one, "LC_MESSAGES"))) {
      for (const name of (await root.readDirectory(messages)) ?? []) {
        const [, domain] = /^(.+)\.mo$/u.exec(name) ?? [];
        if (domain !== undefined) domains.set(domain, [...(domains.get(domain) ?? []), childOf(messages, name)]);
      }
    }
    if (domains.size === 0) return;
    for (const { path: from, elf } of asking) {
      for (const domain of domainsIn(await elf.strings(), domains)) {
        const paths = domains.get(domain) ?? [];
        domains.delete(domain);
        const why = `has the messages of ${from}`;
        for (const path of paths) yield { need: { path, role: "file", evidence: "string", why, optional: true } };
      }
    }
  },
};

/** Domains that stand in texts, or that texts end with: the linker keeps one text once where another ends with it. */
function domainsIn(texts: readonly string[], domains: ReadonlyMap<string, unknown>): readonly string[] {
  const byEnd = new Map<string, string[]>();
  for (const domain of domains.keys()) byEnd.set(domain.slice(-2), [...(byEnd.get(domain.slice(-2)) ?? []), domain]);
  const found = new Set<string>();
  for (const text of texts) {
    for (const domain of byEnd.get(text.slice(-2)) ?? []) if (text.endsWith(domain)) found.add(domain);
  }
  return [...found];
}

/** `de_DE.UTF-8:en` as gettext looks for it: `de_DE`, `de`; nothing for C, POSIX and English without a country. */
async function languagesOf(context: FeatureContext): Promise<readonly string[]> {
  const { system, process: started } = context.request;
  const locales = [...system.locales, ...variables.map((name) => started.env[name] ?? "")];
  for await (const { text, isBinary } of ownTexts(context))
    if (isBinary !== true) locales.push(...localesSet(text).names);
  const names = locales.flatMap((text) => text.split(":")).map((text) => text.replace(/[.@].*$/u, ""));
  const meant = names.filter((name) => /^[a-z]{2,3}(?:_[A-Z]{2})?$/u.test(name));
  return [...new Set(meant.flatMap((name) => [name, name.replace(/_.*$/u, "")]))];
}
