import { type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { readParagraphs } from "./dpkg-paragraphs.ts";

const statesPath = toAbsPath("/var/lib/apt/extended_states");
const statesLimit = 16 * 2 ** 20;

/** Packages that apt installed because others need them (apt-mark(8)); undefined where it keeps no account of that. */
export async function readAutomatic(root: RootFs): Promise<ReadonlySet<string> | undefined> {
  const bytes = await root.readFile(statesPath, { offset: 0, length: statesLimit });
  if (bytes === undefined) return undefined;
  const names = new Set<string>();
  for (const { fields, text } of readParagraphs(bytes)) {
    if (/^Auto-Installed: 1$/mu.test(text())) names.add(fields.get("package") ?? "");
  }
  return names;
}
