import type { ProcessFiles } from "./process-files.ts";
import { type AbsPath, childOf, toAbsPath } from "./rootfs.ts";

/** Where gettext(3) looks unless it is told a directory; told ones are absolute paths, which are read as such. */
const directories = ["/usr/share/locale", "/usr/local/share/locale"].map((path) => toAbsPath(path));

/** The files of translated messages by their domains: `shop` has `/usr/share/locale/de/LC_MESSAGES/shop.mo`. */
export async function messageFiles(
  files: Pick<ProcessFiles, "names" | "isFile">,
  isWanted: (domain: string) => boolean,
): Promise<ReadonlyMap<string, readonly AbsPath[]>> {
  const found = new Map<string, AbsPath[]>();
  for (const directory of directories) {
    for (const language of await files.names(directory)) {
      const messages = toAbsPath("LC_MESSAGES", childOf(directory, language));
      for (const name of await files.names(messages)) {
        const domain = name.endsWith(".mo") ? name.slice(0, -".mo".length) : "";
        const path = childOf(messages, name);
        if (domain === "" || !isWanted(domain) || !(await files.isFile(path))) continue;
        found.set(domain, [...(found.get(domain) ?? []), path]);
      }
    }
  }
  return found;
}
