import { type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { namesIn, type Paragraph, readParagraphs } from "./dpkg-paragraphs.ts";

const statesPath = toAbsPath("/var/lib/apt/extended_states");
const statesLimit = 16 * 2 ** 20;

/**
 * Names of packages that a builder's author asked apt for: neither installed because others need them (apt-mark(8)), nor a
 * part of the system that the builder began as. Empty where apt keeps no account of that.
 */
export async function readChosen(root: RootFs, installed: readonly Paragraph[]): Promise<() => ReadonlySet<string>> {
  const bytes = await root.readFile(statesPath, { offset: 0, length: statesLimit });
  let names: ReadonlySet<string> | undefined;
  return () => (names ??= bytes === undefined ? new Set() : chosenAmong(installed, automaticIn(bytes)));
}

function automaticIn(bytes: Uint8Array): ReadonlySet<string> {
  const names = new Set<string>();
  for (const paragraph of readParagraphs(bytes)) {
    if (/^Auto-Installed: 1$/mu.test(paragraph.text())) names.add(paragraph.fields.get("package") ?? "");
  }
  return names;
}

function chosenAmong(installed: readonly Paragraph[], automatic: ReadonlySet<string>): ReadonlySet<string> {
  const texts = new Map<string, string>();
  const providers = new Map<string, string[]>();
  for (const paragraph of installed) {
    const name = paragraph.fields.get("package") ?? "";
    const text = paragraph.text();
    texts.set(name, text);
    for (const provided of namesIn(text, "Provides"))
      providers.set(provided, [...(providers.get(provided) ?? []), name]);
  }
  // What every system begins with, and all that it needs.
  const base = new Set([...texts].flatMap(([name, text]) => (isOfSystem(text) ? [name] : [])));
  for (const name of base) {
    for (const needed of namesIn(texts.get(name) ?? "", "(?:Pre-)?Depends")) {
      for (const one of texts.has(needed) ? [needed] : (providers.get(needed) ?? [])) base.add(one);
    }
  }
  return new Set([...texts.keys()].filter((name) => !base.has(name) && !automatic.has(name)));
}

function isOfSystem(text: string): boolean {
  return /^(?:Priority: (?:required|important|standard)|Essential: yes)$/mu.test(text);
}
