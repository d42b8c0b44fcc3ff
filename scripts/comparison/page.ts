import { z } from "zod";
import type { Language, Rival } from "./images.ts";

/** What pith compare --json says of the images for a language. */
export interface LanguageTable {
  readonly language: Language;
  readonly names: readonly string[];
  readonly json: string;
}

/** The list that vulnerabilities were counted by. */
export interface ListFacts {
  readonly epochSeconds: number;
  readonly sources: number;
  readonly cves: number;
  /** Of these, those whose severity a text tells. */
  readonly rated: number;
}

interface PageFacts extends ListFacts {
  /** The day on which the images were measured, as `2026-11-28`. */
  readonly day: string;
  readonly rivals: readonly Rival[];
}

const answerSchema = z.object({
  images: z.array(
    z.looseObject({
      figures: z.record(z.string(), z.number().nullable()),
      programs: z.record(z.string(), z.array(z.string())),
      setuid: z.array(z.string()),
      packages: z.array(z.string()),
      vulnerabilities: z.object({
        found: z.array(z.looseObject({ id: z.string(), severity: z.string(), packages: z.array(z.string()) })),
      }),
    }),
  ),
});
type Image = z.infer<typeof answerSchema>["images"][number];

/** The figures of the page, by the keys of pith compare. */
const shown: readonly (readonly [key: string, title: string])[] = [
  ["score", "attack-surface score"],
  ["compressedBytes", "MB, compressed"],
  ["layerBytes", "MB, unpacked"],
  ["files", "files"],
  ["packages", "packages"],
  ["packages.dpkg", "- Debian's"],
  ["packages.pypi", "- Python's"],
  ["packages.npm", "- npm's"],
  ["packages.generic", "- published by their makers"],
  ["vulnerabilities", "vulnerabilities of the list"],
  ["vulnerabilities.critical", "- critical"],
  ["vulnerabilities.high", "- high"],
  ["vulnerabilities.medium", "- medium"],
  ["vulnerabilities.low", "- low"],
  ["vulnerabilities.unknown", "- not rated"],
  ["executables", "executable files"],
  ["listedPrograms", "programs of use to an attacker"],
  ["programs.shell", "- shells"],
  ["programs.package-manager", "- package managers"],
  ["programs.downloader", "- downloaders"],
  ["programs.interpreter", "- interpreters"],
  ["programs.compiler", "- compilers"],
  ["setuid", "setuid and setgid files"],
];

/** The document that compares images; the same answers give the same text. */
export function comparisonPage(tables: readonly LanguageTable[], facts: PageFacts): string {
  const date = new Date(facts.epochSeconds * 1000).toISOString().slice(0, 10);
  return [
    "# One function in the images of others",
    "",
    '```sh not-run="half an hour, and it writes this page"',
    "npm run build && npm run comparison      # as root; makes this page",
    "```",
    "",
    "One function counts the words of an event, in four languages. Each image that could run it is measured by",
    "[`pith compare`](guides/audit.md#compare-any-number-of-images). The images are made from Debian 13's packages.",
    `It was last made on ${facts.day}.`,
    "",
    "| image | what is in it |",
    "| --- | --- |",
    ...facts.rivals.map(({ name, what }) => `| ${name} | ${what} |`),
    "| Alpine-like | busybox with all its names, and musl; Debian has neither apk nor Alpine's OpenSSL |",
    "| Pith | the function, and what it needs; each was started and gave the right answer |",
    "",
    "The images of others do not have the function itself.",
    "",
    "Those called `-like` are stand-ins: they have the packages that public lists of the originals name, as far as Debian",
    "has them, in Debian's versions. Their bytes are not those of the originals.",
    "",
    `Vulnerabilities come from the changelogs of ${String(facts.sources)} source packages of Debian: the newest ones, and`,
    "those of the versions in the images. A vulnerability counts as fixed in the first version whose entry names it.",
    `The newest entry is of ${date}, and ${String(facts.cves)} vulnerabilities are named.`,
    "",
    "- What no changelog names is not counted.",
    "- A flaw that came in after the version of the images is counted all the same.",
    `- Severities are those of the same texts and of the makers' notes in the packages, such as OpenSSL's. They rate`,
    `  ${String(facts.rated)} of the ${String(facts.cves)}; the others count as not rated, whatever a scanner would say.`,
    "",
    ...tables.flatMap((one) => [`## ${one.language.name}`, "", ...tableOf(one), "", ...listsOf(one), ""]),
  ].join("\n");
}

function imagesOf({ names, json }: LanguageTable): readonly (Image & { readonly name: string })[] {
  return answerSchema.parse(JSON.parse(json)).images.map((image, index) => ({ ...image, name: names[index] ?? "" }));
}

function tableOf(table: LanguageTable): readonly string[] {
  const images = imagesOf(table);
  const rows = shown.flatMap(([key, title]) => {
    const values = images.map(({ figures }) => figures[key] ?? undefined);
    if (values.every((value) => value === undefined)) return [];
    return [`| ${title} | ${values.map((value) => cell(key, value)).join(" | ")} |`];
  });
  return [`|  | ${images.map(({ name }) => name).join(" | ")} |`, `| --- |${" ---: |".repeat(images.length)}`, ...rows];
}

function cell(key: string, value: number | undefined): string {
  if (value === undefined) return "0";
  if (key.endsWith("Bytes")) return (value / 1e6).toFixed(1);
  return key === "score" ? value.toFixed(1) : String(value);
}

/** What is left in Pith's image, by name. */
function listsOf(table: LanguageTable): readonly string[] {
  const images = imagesOf(table);
  const own = images.find(({ name }) => name === "Pith");
  const slim = images.find(({ name }) => name === "Debian slim");
  const found = own?.vulnerabilities.found ?? [];
  const byPackages = new Map<string, string[]>();
  for (const { id, severity, packages } of found) {
    const key = packages.map((name) => name.replace(/^\w+:/u, "")).join(" ");
    const rated = severity === "unknown" ? id : `${id} (${severity})`;
    byPackages.set(key, [...(byPackages.get(key) ?? []), rated]);
  }
  const gone = (slim?.vulnerabilities.found.length ?? 0) - found.length;
  const left =
    found.length === 0
      ? "No vulnerability of the list is left in Pith's image."
      : `Left in Pith's image are ${String(found.length)}, which is ${String(gone)} fewer than in Debian slim:`;
  const lines = [...byPackages].flatMap(([packages, ids]) => [packages, ...wrap(ids.toSorted())]);
  const programs = [...(own?.programs["shell"] ?? []), ...(own?.programs["package-manager"] ?? [])];
  const rest = programs.length === 0 ? "It has no shell and no package manager." : `It has ${programs.join(", ")}.`;
  return [left, ...(lines.length === 0 ? [] : ["", "```text", ...lines, "```", ""]), rest];
}

const mostColumns = 118;

/** Texts in lines, each a step to the right. */
function wrap(texts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of texts) {
    if (line.length + word.length + 1 > mostColumns) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? `  ${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
