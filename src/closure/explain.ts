import { linkLimit, pathComponents } from "../rootfs/links.ts";
import { compareBytes, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import type { Reason } from "./closure.ts";
import { chainOf, pointerOf } from "./graph.ts";
import type { Manifest, ManifestEntry } from "./manifest.ts";

/** Places of the spec by pointer, as `pith.yaml:3`. */
export type SpecLines = Readonly<Record<string, string>>;

/** Where a reason comes from, as people read it: a path, or the line of the spec (the nearest one that is known). */
export function placeOf(from: string, lines: SpecLines): string {
  const pointer = pointerOf(from);
  if (pointer === undefined) return from;
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const line = lines[at];
    if (line !== undefined) return line;
  }
  return lines[""] ?? `the spec at ${pointer}`;
}

/** Why one path is in the image, or that it is not and what is near it. */
export function explainPath(manifest: Manifest, text: string, lines: SpecLines): string {
  const entries = new Map<string, ManifestEntry>(manifest.entries.map((entry) => [entry.path, entry]));
  const asked = toAbsPath(text);
  const real = follow(entries, asked);
  const entry = entries.get(asked) ?? (real === undefined ? undefined : entries.get(real));
  if (entry === undefined) return explainAbsent(entries, { asked, lines });
  const through = entry.path === asked ? [] : [`${asked} is ${entry.path}`];
  return `${[...through, ...describe(entry, { entries, lines })].join("\n")}\n`;
}

/** Every path, grouped by the line of the spec and the sentence that brings it. */
export function explainAll(manifest: Manifest, lines: SpecLines): string {
  const reasons = reasonsOf(manifest.entries);
  const groups = new Map<string, Map<string, string[]>>();
  for (const entry of manifest.entries) {
    const chain = chainOf(reasons, entry.path);
    const last = chain.at(-1) ?? entry.reason;
    const root = sentence(last, lines);
    const group = groups.get(root) ?? new Map<string, string[]>();
    groups.set(root, group);
    const why = chain.length <= 1 ? "" : sentence(entry.reason, lines);
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
  return `${output.join("\n")}\n`;
}

/** The reasons of a path, nearest first, with places of the spec instead of pointers. */
export function explainChain(reasons: ReadonlyMap<string, Reason>, path: string, lines: SpecLines): readonly Reason[] {
  return chainOf(reasons, path).map((reason) => ({ ...reason, from: placeOf(reason.from, lines) }));
}

export function reasonsOf(entries: readonly ManifestEntry[]): ReadonlyMap<string, Reason> {
  return new Map(entries.map((entry) => [entry.path, entry.reason]));
}

function describe(
  entry: ManifestEntry,
  { entries, lines }: { readonly entries: ReadonlyMap<string, ManifestEntry>; readonly lines: SpecLines },
): readonly string[] {
  const reasons = new Map([...entries].map(([path, { reason }]) => [path, reason]));
  const what = entry.kind === "link" ? `link to ${entry.target ?? ""}` : `${entry.kind} ${entry.mode.toString(8)}`;
  const facts = [
    what,
    ...(entry.kind === "file" ? [`${entry.sizeBytes} bytes`] : []),
    `layer ${entry.folder}`,
    ...(entry.owner === undefined ? [] : [`package ${entry.owner}`]),
  ];
  const chain = chainOf(reasons, entry.path).map((reason) => `  because ${sentence(reason, lines)}`);
  return [entry.path, `  ${facts.join(", ")}`, ...chain];
}

function sentence(reason: Reason, lines: SpecLines): string {
  return `${placeOf(reason.from, lines)} ${reason.why}`;
}

function explainAbsent(
  entries: ReadonlyMap<string, ManifestEntry>,
  { asked, lines }: { readonly asked: ReturnType<typeof toAbsPath>; readonly lines: SpecLines },
): string {
  const output = [`${asked} is not in the image: nothing that the spec names needs it`];
  let near = parentOf(asked);
  while (near !== "/" && !entries.has(near)) near = parentOf(near);
  const nearest = entries.get(near);
  if (nearest !== undefined) output.push("", "the nearest path that is:", ...describe(nearest, { entries, lines }));
  const name = asked.slice(asked.lastIndexOf("/"));
  const namesakes = [...entries.keys()].filter((path) => path.endsWith(name));
  if (namesakes.length > 0) output.push("", "of the same name:", ...namesakes.map((path) => `  ${path}`));
  return `${output.join("\n")}\n`;
}

/** The real name of a path inside the image. */
function follow(entries: ReadonlyMap<string, ManifestEntry>, path: string): string | undefined {
  const pending = pathComponents(path).reverse();
  let current = "";
  let hops = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === "..") {
      current = current.slice(0, Math.max(0, current.lastIndexOf("/")));
      continue;
    }
    const entry = entries.get(`${current}/${name}`);
    if (entry === undefined) return undefined;
    if (entry.kind !== "link" || pending.length === 0) {
      current = entry.path;
      continue;
    }
    if (++hops > linkLimit) return undefined;
    if (entry.target?.startsWith("/") === true) current = "";
    pending.push(...pathComponents(entry.target ?? "").reverse());
  }
  return current;
}
