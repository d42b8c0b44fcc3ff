import type { Unknown } from "../closure/model/unknown.ts";
import { messageFiles } from "../rootfs/message-files.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";

const bound =
  /\b(?:d?bind_?textdomain|textdomain|Locale::TextDomain)\b[ \t(]*(?:qw[ \t]*[([{</!|][ \t]*|["'])([\w][\w.+-]{0,80})/gu;

/** The translated messages of the domains that a source binds: which language is read is told by the environment. */
export async function messageCatalogues(code: string, files: ProcessFiles): Promise<readonly Unknown[]> {
  const domains = new Set([...code.matchAll(bound)].map((match) => match[1] ?? ""));
  const found = domains.size === 0 ? [] : await messageFiles(files, (domain) => domains.has(domain));
  return Array.from(found, ([domain, paths]) => {
    return { kind: "listed-directory", what: `the messages of ${domain}`, bound: { kind: "paths", paths } };
  });
}
