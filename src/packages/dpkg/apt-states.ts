import { type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { namesIn, type Paragraph, readParagraphs } from "./dpkg-paragraphs.ts";

const statesPath = toAbsPath("/var/lib/apt/extended_states");
const statesLimit = 16 * 2 ** 20;

/** Names of packages, by how they came into a builder. */
export interface Origins {
  /**
   * Those that the builder's author asked apt for: neither installed because others need them (apt-mark(8)), nor of
   * what every builder begins as. Empty where apt keeps no account of that.
   */
  readonly chosen: ReadonlySet<string>;
  /** What every machine begins with, and all that it needs. */
  readonly ofSystem: ReadonlySet<string>;
}

/** Tells where packages came from, once it is asked. */
export async function readOrigins(root: RootFs, installed: readonly Paragraph[]): Promise<() => Origins> {
  const bytes = await root.readFile(statesPath, { offset: 0, length: statesLimit });
  let origins: Origins | undefined;
  return () => (origins ??= originsOf(installed, bytes === undefined ? undefined : automaticIn(bytes)));
}

function automaticIn(bytes: Uint8Array): ReadonlySet<string> {
  const names = new Set<string>();
  for (const paragraph of readParagraphs(bytes)) {
    if (/^Auto-Installed: 1$/mu.test(paragraph.text())) names.add(paragraph.fields.get("package") ?? "");
  }
  return names;
}

function originsOf(installed: readonly Paragraph[], automatic: ReadonlySet<string> | undefined): Origins {
  const texts = new Map<string, string>();
  const providers = new Map<string, string[]>();
  for (const paragraph of installed) {
    const name = paragraph.fields.get("package") ?? "";
    const text = paragraph.text();
    texts.set(name, text);
    for (const provided of namesIn(text, "Provides"))
      providers.set(provided, [...(providers.get(provided) ?? []), name]);
  }
  const withNeeds = (begun: RegExp): ReadonlySet<string> => {
    const found = new Set([...texts].flatMap(([name, text]) => (begun.test(text) ? [name] : [])));
    for (const name of found) {
      for (const needed of namesIn(texts.get(name) ?? "", "(?:Pre-)?Depends")) {
        for (const one of texts.has(needed) ? [needed] : (providers.get(needed) ?? [])) found.add(one);
      }
    }
    return found;
  };
  const important = [...texts.values()].filter((text) => isImportant.test(text)).length;
  const ofBase = withNeeds(important < importantOfMachine ? ofSmallestBase : ofMachine);
  const others = [...texts.keys()].filter((name) => !ofBase.has(name));
  return {
    chosen: new Set(automatic && others.filter((name) => !automatic.has(name))),
    ofSystem: withNeeds(ofEverySystem),
  };
}

/** What an image for containers begins with. */
const ofSmallestBase = /^(?:Priority: required|Essential: yes|Package: (?:apt|debian-archive-keyring|netbase))$/mu;
/** What debootstrap installs for a machine if no variant is asked for: about 30 important packages more. */
const ofMachine = /^(?:Priority: (?:required|important)|Essential: yes|Package: apt)$/mu;
const isImportant = /^Priority: important$/mu;
/** With fewer, the author asked for those: `apt-get install procps cron`. */
const importantOfMachine = 20;
/** A machine has these as well; into a builder, its author brings them. */
const ofEverySystem = /^(?:Priority: (?:required|important|standard)|Essential: yes)$/mu;
