import type { Unknown } from "../closure/model/unknown.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, childOf, toAbsPath } from "../rootfs/rootfs.ts";

/** Where gettext(3) looks unless it is told a directory; told ones are absolute paths, which are read as such. */
const directories = ["/usr/share/locale", "/usr/local/share/locale"].map((path) => toAbsPath(path));
const bound =
  /\b(?:d?bind_?textdomain|textdomain|Locale::TextDomain)\b[ \t(]*(?:qw[ \t]*[([{</!|][ \t]*|["'])([\w][\w.+-]{0,80})/gu;

/** The translated messages of the domains that a source binds: which language is read is told by the environment. */
export async function messageCatalogues(code: string, files: ProcessFiles): Promise<readonly Unknown[]> {
  const domains = new Set([...code.matchAll(bound)].map((match) => match[1] ?? ""));
  const found: Unknown[] = [];
  for (const domain of domains) {
    const paths: AbsPath[] = [];
    for (const directory of directories) {
      for (const language of await files.names(directory)) {
        const path = toAbsPath(`LC_MESSAGES/${domain}.mo`, childOf(directory, language));
        if (await files.isFile(path)) paths.push(path);
      }
    }
    if (paths.length === 0) continue;
    found.push({ kind: "listed-directory", what: `the messages of ${domain}`, bound: { kind: "paths", paths } });
  }
  return found;
}
