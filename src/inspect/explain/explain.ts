import { printLines } from "../../diagnostics/escape.ts";
import { groupDigits } from "../../diagnostics/numbers.ts";
import { matchGlob, parseGlob } from "../../rootfs/glob.ts";
import { PathWalk } from "../../rootfs/links.ts";
import { compareBytes, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { suggest } from "../../spec/suggest.ts";
import type { ExplainedImage, PrintedEntry } from "../manifest/printed-manifest.ts";
import { sentenceOf, subjectOf } from "./sentence.ts";

/** Paths that one answer lists, and groups that it counts. */
const listLimit = 40;
const groupLimit = 12;
const namesakeLimit = 8;

type Entries = ReadonlyMap<string, PrintedEntry>;

/** The facts about a path that is not in the image, beyond the image itself: sentences, the most telling first. */
export type AbsentFacts = readonly string[];

/**
 * Why a path is in the image, or why not; a pattern (`/usr/lib/**`) explains what it matches, in bounded output. Facts
 * from the builder about an absent path come first where they are given.
 */
export function explainPath(manifest: ExplainedImage, text: string, facts: AbsentFacts = []): string {
  const entries: Entries = new Map(manifest.entries.map((entry) => [entry.path, entry]));
  const found = findEntry(entries, text);
  if (found !== undefined) {
    const { entry, asked } = found;
    const through = entry.path === asked ? [] : [`${asked} is ${entry.path}.`, ""];
    return printLines([...through, ...describe(entry, entries), ...describeBelow(entry, entries)]);
  }
  if (isGlob(text)) return printLines(explainPattern(entries, text));
  return printLines(explainAbsent(entries, { asked: toAbsPath(text), facts }));
}

/** The answer about one path, for programs. */
export interface PathAnswer {
  readonly asked: string;
  readonly isIn: boolean;
  /** The entry, or all that a pattern matches. */
  readonly entries: readonly PrintedEntry[];
  /** Sentences from the spec to the entry; of a pattern none. */
  readonly chain: readonly string[];
}

export function answerPath(manifest: ExplainedImage, text: string): PathAnswer {
  const entries: Entries = new Map(manifest.entries.map((entry) => [entry.path, entry]));
  const found = findEntry(entries, text);
  if (found !== undefined) {
    return { asked: text, isIn: true, entries: [found.entry], chain: chainSentences(found.entry, entries) };
  }
  const matched = isGlob(text) ? matchPaths(entries, text) : [];
  return { asked: text, isIn: matched.length > 0, entries: matched, chain: [] };
}

/** True when the image holds the path, by this name or through links of its own, or the text is a pattern. */
export function isExplained(manifest: ExplainedImage, text: string): boolean {
  const entries: Entries = new Map(manifest.entries.map((entry) => [entry.path, entry]));
  return isGlob(text) || findEntry(entries, text) !== undefined;
}

/** Every path, grouped by the line of the spec and the sentence that brings it. */
export function explainAll(manifest: ExplainedImage): string {
  const groups = new Map<string, Map<string, string[]>>();
  for (const entry of manifest.entries) {
    const [first] = entry.reasons;
    const last = entry.reasons.at(-1);
    if (first === undefined || last === undefined) continue;
    const root = `${subjectOf(last)} ${last.why}`;
    const group = groups.get(root) ?? new Map<string, string[]>();
    groups.set(root, group);
    const why = first === last ? "" : `${first.from} ${first.why}`;
    group.set(why, [...(group.get(why) ?? []), entry.path]);
  }
  const output: string[] = [];
  for (const root of [...groups.keys()].sort(compareBytes)) {
    output.push(root);
    const group = groups.get(root) ?? new Map<string, string[]>();
    for (const why of [...group.keys()].sort(compareBytes)) {
      const indent = why === "" ? "  " : "    ";
      if (why !== "") output.push(`  ${why}`);
      output.push(...(group.get(why) ?? []).map((path) => indent + path));
    }
  }
  const reported = (manifest.reported ?? []).map(({ from, soname, path }) => `  ${path}: ${from} names ${soname}`);
  if (reported.length > 0) output.push("only named in strings, and left out", ...reported);
  return printLines(output);
}

/** The chain of an entry as sentences, from the spec to the path. */
export function chainSentences(entry: PrintedEntry, entries: Entries): readonly string[] {
  return entry.reasons
    .map((reason, index) => {
      const path = index === 0 ? entry.path : (entry.reasons[index - 1]?.from ?? "");
      return sentenceOf(reason, entries.get(path) ?? { path, kind: "file" });
    })
    .reverse();
}

function isGlob(text: string): boolean {
  return /[*?[]/u.test(text);
}

function findEntry(
  entries: Entries,
  text: string,
): { readonly entry: PrintedEntry; readonly asked: string } | undefined {
  const asked = toAbsPath(text);
  const real = follow(entries, asked);
  const entry = entries.get(asked) ?? (real === undefined ? undefined : entries.get(real));
  return entry === undefined ? undefined : { entry, asked };
}

function describe(entry: PrintedEntry, entries: Entries): readonly string[] {
  const steps = chainSentences(entry, entries);
  return [`${entry.path} is in the image: ${whatItIs(entry)}.`, "", ...steps.map((step) => `  ${step}.`)];
}

/** `a file of 1,234 bytes in layer system, from the package libc6`. */
function whatItIs(entry: PrintedEntry): string {
  const { kind, target, size = 0, hardLinkTo } = entry;
  const what = {
    file: `a file of ${count(size, "byte")}${/[1357]/u.test(entry.mode.slice(1)) ? ", a program" : ""}`,
    directory: "a directory",
    symlink: `a link to ${target ?? ""}`,
  }[kind];
  const other = hardLinkTo === undefined ? "" : `, another name of ${hardLinkTo}`;
  const origin = entry.package === undefined ? "" : `, from the package ${packageName(entry.package)}`;
  return `${what}${other}${origin}, in the layer ${entry.layer}`;
}

function packageName(name: string): string {
  return name.slice(name.indexOf(":") + 1).replace("@", " ");
}

function count(number: number, noun: string): string {
  return `${groupDigits(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** The contents of a directory, by who brought them. */
function describeBelow(entry: PrintedEntry, entries: Entries): readonly string[] {
  if (entry.kind !== "directory") return [];
  const below = [...entries.values()].filter(
    (one) => one.path.startsWith(`${entry.path}/`) && one.kind !== "directory",
  );
  if (below.length === 0) return ["", "It is empty."];
  return ["", `Below it are ${sizeOf(below)}:`, ...groupLines(below)];
}

function sizeOf(list: readonly PrintedEntry[]): string {
  const files = list.filter((one) => one.kind === "file");
  const bytes = files.reduce((sum, one) => sum + (one.hardLinkTo === undefined ? (one.size ?? 0) : 0), 0);
  const links = list.length - files.length;
  const also = links === 0 ? "" : ` and ${count(links, "symlink")}`;
  return `${count(files.length, "file")}${also}, ${count(bytes, "byte")}`;
}

function groupLines(list: readonly PrintedEntry[]): readonly string[] {
  const groups = new Map<string, PrintedEntry[]>();
  for (const one of list) {
    const key = one.reasons[0]?.why ?? "";
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [one]);
    else known.push(one);
  }
  const sorted = [...groups].sort(([a, left], [b, right]) => right.length - left.length || compareBytes(a, b));
  const lines = sorted.slice(0, groupLimit).map(([, [first, ...rest]]) => {
    if (first === undefined) return "";
    const [reason] = first.reasons;
    const sentence = reason === undefined ? first.path : sentenceOf(reason, first);
    return `  ${sentence}${rest.length === 0 ? "" : `, and ${count(rest.length, "other")} likewise`}.`;
  });
  const more = sorted.length - groupLimit;
  return more > 0 ? [...lines, `  And for ${count(more, "more reason")}.`] : lines;
}

function matchPaths(entries: Entries, text: string): readonly PrintedEntry[] {
  const glob = parseGlob(toAbsPath(text));
  return [...entries.values()].filter((entry) => matchGlob(glob, entry.path));
}

function explainPattern(entries: Entries, text: string): readonly string[] {
  const matched = matchPaths(entries, text);
  if (matched.length === 0) return [`Nothing in the image matches ${text}.`];
  const shown = matched.slice(0, listLimit).map((entry) => {
    const [reason] = entry.reasons;
    return reason === undefined ? `  ${entry.path}` : `  ${sentenceOf(reason, entry)}.`;
  });
  const more = matched.length - listLimit;
  const rest = more > 0 ? [`  And ${count(more, "more")}; name a path to have its whole chain.`] : [];
  return [`${count(matched.length, "path")} of the image match ${text}:`, "", ...shown, ...rest];
}

function explainAbsent(
  entries: Entries,
  { asked, facts }: { readonly asked: string; readonly facts: AbsentFacts },
): readonly string[] {
  const name = asked.slice(asked.lastIndexOf("/") + 1);
  const known = facts.length > 0 ? facts : ["nothing that the spec names needs it"];
  const output = [`${asked} is not in the image: ${known[0] ?? ""}.`, ...known.slice(1).map((fact) => `  ${fact}.`)];
  const namesakes = [...entries.values()].filter((one) => one.path.endsWith(`/${name}`));
  // A name that is everywhere, such as __init__.py, tells nothing.
  if (namesakes.length > 0 && namesakes.length <= namesakeLimit) {
    output.push("", "Of the same name:", ...namesakes.map((one) => `  ${one.path}`));
  }
  // The builder's answer is better than what is near in the image.
  if (facts.length > 0) return output;
  const parent = parentOf(toAbsPath(asked));
  const siblings = [...entries.keys()].filter((path) => path.startsWith(`${parent === "/" ? "" : parent}/`));
  const direct = siblings
    .map((path) => path.slice(parent === "/" ? 1 : parent.length + 1))
    .filter((one) => !one.includes("/"));
  const close = namesakes.length > 0 ? undefined : suggest(name, direct);
  if (close !== undefined) output.push("", `Did you mean ${parent === "/" ? "" : parent}/${close}?`);
  let near = parent;
  while (near !== "/" && !entries.has(near)) near = parentOf(near);
  const nearest = entries.get(near);
  if (nearest !== undefined) {
    output.push("", `The nearest directory that is in is ${near}, because:`, "");
    output.push(...chainSentences(nearest, entries).map((step) => `  ${step}.`));
  }
  return output;
}

/** The real name of a path inside the image. */
function follow(entries: Entries, path: string): string | undefined {
  const walk = new PathWalk(path);
  for (let next = walk.next(); next !== undefined; next = walk.next()) {
    const entry = entries.get(next);
    if (entry === undefined) return undefined;
    if (entry.kind !== "symlink" || walk.isAtEnd()) walk.enter(next);
    else if (walk.follow(entry.target) !== "on") return undefined;
  }
  return walk.directory();
}
