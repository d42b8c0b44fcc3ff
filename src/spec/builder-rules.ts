import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { errorAt, warningAt } from "./finding.ts";
import { keySpanOf, type MapNode, nodeAt, type Path, pathText, spanOf, textAt } from "./node.ts";
import { suggest, wordList } from "./suggest.ts";

const reserved: ReadonlySet<string> = new Set(["context", "scratch"]);

/** A builder by name, with the path under which its keys stand. */
export interface BuilderLocation {
  readonly name: string;
  readonly path: Path;
}

/** All builders, `main` from the short form too; the document's order. */
export function buildersOf(tree: MapNode): readonly BuilderLocation[] {
  const map = nodeAt(tree, ["builders"]);
  const long = map?.kind === "map" ? [...map.entries.keys()].map((name) => ({ name, path: ["builders", name] })) : [];
  const isShort = ["from", "packages", "snapshot", "build"].some((key) => tree.entries.has(key));
  return isShort && !long.some(({ name }) => name === "main") ? [{ name: "main", path: [] }, ...long] : long;
}

/** Unknown builders, reserved names, cycles. */
export function findBuilderProblems(tree: MapNode): readonly Diagnostic[] {
  const builders = buildersOf(tree);
  const names = builders.map(({ name }) => name);
  return [
    ...builders.filter(({ name }) => reserved.has(name)).map(({ name, path }) => reservedName(tree, name, path)),
    ...references(tree, builders).flatMap((use) => checkUse(tree, use, names)),
    ...findCycles(tree, builders),
    ...builders.flatMap(({ path }) => lostSteps(tree, [...path, "build"])),
  ];
}

/** A change of the shell that no command follows. */
const onlyForItself = /^\s*(?:cd|export|umask|unset|alias)\s[^;&|\n]*$/u;

/** Steps whose effect is gone with their shell, as `cd src` in a list of its own: habits of a script. */
function lostSteps(tree: MapNode, path: Path): readonly Diagnostic[] {
  const steps = nodeAt(tree, path);
  const found: Diagnostic[] = [];
  for (const index of steps?.kind === "list" ? steps.entries.keys() : []) {
    const text = stepText(tree, [...path, index]);
    if (text === undefined || !onlyForItself.test(text)) continue;
    const next = stepText(tree, [...path, index + 1]);
    const message = `cannot keep the effect of ${quote(text)}: each step has a shell of its own`;
    const hint = next === undefined ? "leave the step out" : `write "${text.trim()} && ${next.trim()}" as one step`;
    found.push(warningAt(spanOf(tree, [...path, index]), "SPEC_VALUE", message, hint));
  }
  return found;
}

/** The commands of a step, in its short form or its long one. */
function stepText(tree: MapNode, path: Path): string | undefined {
  return textAt(tree, path) ?? textAt(tree, [...path, "run"]);
}

function reservedName(tree: MapNode, name: string, path: Path): Diagnostic {
  const message = `cannot use ${quote(name)} as a builder: the name means something else in from`;
  return errorAt(keySpanOf(tree, path), "SPEC_CONFLICT", message, "use another name");
}

interface Use {
  /** Where the name stands. */
  readonly path: Path;
  /** The builder whose root it takes part in making; undefined when it only ships. */
  readonly builder?: string;
  /** `context` is a name here. */
  readonly mayBeContext: boolean;
}

function references(tree: MapNode, builders: readonly BuilderLocation[]): readonly Use[] {
  const uses: Use[] = [];
  for (const { name, path } of builders) {
    const steps = nodeAt(tree, [...path, "build"]);
    for (const index of steps?.kind === "list" ? steps.entries.keys() : []) {
      const step = [...path, "build", index];
      uses.push({ path: [...step, "copy", "from"], builder: name, mayBeContext: true });
      const mounts = nodeAt(tree, [...step, "mounts"]);
      for (const at of mounts?.kind === "list" ? mounts.entries.keys() : []) {
        uses.push({ path: [...step, "mounts", at, "from"], builder: name, mayBeContext: true });
      }
    }
  }
  uses.push({ path: ["interpreter", "from"], mayBeContext: false }, { path: ["app", "from"], mayBeContext: true });
  for (const key of [["binaries"], ["libraries"], ["closure", "include"], ["closure", "observed"]]) {
    const list = nodeAt(tree, key);
    for (const index of list?.kind === "list" ? list.entries.keys() : []) {
      uses.push({ path: [...key, index, "from"], mayBeContext: false });
    }
  }
  const files = nodeAt(tree, ["files"]);
  for (const path of files?.kind === "map" ? files.entries.keys() : []) {
    uses.push({ path: ["files", path, "from"], mayBeContext: true });
  }
  return uses;
}

function checkUse(tree: MapNode, use: Use, names: readonly string[]): readonly Diagnostic[] {
  const name = textAt(tree, use.path);
  if (name === undefined || names.includes(name) || (use.mayBeContext && name === "context")) return [];
  const near = suggest(name, use.mayBeContext ? [...names, "context"] : names);
  const known = [...names, ...(use.mayBeContext ? ["context"] : [])];
  const hint = near === undefined ? `use ${wordList(known)}, or add a builder` : `did you mean ${near}?`;
  const message = `cannot use ${quote(name)} as ${pathText(use.path)}: no builder has this name`;
  return [errorAt(spanOf(tree, use.path), "BUILDER_UNKNOWN", message, hint)];
}

interface Edge {
  readonly to: string;
  readonly path: Path;
}

/** Each cycle once, at the name that closes it, found from the builders in the document's order. */
function findCycles(tree: MapNode, builders: readonly BuilderLocation[]): readonly Diagnostic[] {
  const edges = new Map<string, readonly Edge[]>();
  const uses = references(tree, builders);
  const known = new Set(builders.map(({ name }) => name));
  for (const { name, path } of builders) {
    const paths = [[...path, "from"], ...uses.filter((use) => use.builder === name).map((use) => use.path)];
    const out = paths.map((from) => ({ to: textAt(tree, from) ?? "", path: from }));
    edges.set(
      name,
      out.filter(({ to }) => known.has(to)),
    );
  }
  const found: Diagnostic[] = [...likelyTypos(tree, builders, known)];
  const done = new Set<string>();
  for (const { name } of builders) {
    if (!done.has(name)) found.push(...cyclesFrom(name, { tree, edges, done }));
  }
  return found;
}

interface Search {
  readonly tree: MapNode;
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  /** Builders of which all cycles are known. */
  readonly done: Set<string>;
}

function cyclesFrom(start: string, { tree, edges, done }: Search): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  // An explicit stack: a chain of builders can be as long as a spec is.
  const stack: { readonly name: string; next: number }[] = [{ name: start, next: 0 }];
  const open = new Set([start]);
  while (stack.length > 0) {
    const top = stack.at(-1);
    if (top === undefined) break;
    const edge = edges.get(top.name)?.[top.next];
    top.next += 1;
    if (edge === undefined) {
      stack.pop();
      open.delete(top.name);
      done.add(top.name);
    } else if (open.has(edge.to)) {
      const names = stack.map(({ name }) => name);
      found.push(cycleFinding(tree, [...names.slice(names.indexOf(edge.to)), edge.to], edge.path));
    } else if (!done.has(edge.to)) {
      stack.push({ name: edge.to, next: 0 });
      open.add(edge.to);
    }
  }
  return found;
}

function cycleFinding(tree: MapNode, cycle: readonly string[], path: Path): Diagnostic {
  const first = cycle[0] ?? "";
  const shown = cycle.length > 12 ? [...cycle.slice(0, 6), "...", ...cycle.slice(-5)] : cycle;
  const message = `cannot build ${quote(first)}: it needs itself: ${shown.join(" -> ")}`;
  return errorAt(spanOf(tree, path), "BUILDER_CYCLE", message, "take what both need into a builder of its own");
}

/** A `from` that is nearly a builder's name is taken as an image; the engine's answer would not mention the builder. */
function likelyTypos(
  tree: MapNode,
  builders: readonly BuilderLocation[],
  known: ReadonlySet<string>,
): readonly Diagnostic[] {
  return builders.flatMap(({ name, path }) => {
    const from = textAt(tree, [...path, "from"]);
    if (from === undefined || known.has(from) || reserved.has(from) || /[/:@]/.test(from)) return [];
    const near = suggest(
      from,
      [...known].filter((candidate) => candidate !== name),
    );
    if (near === undefined) return [];
    const message = `cannot find a builder ${quote(from)}: it is taken as an image or a build context`;
    return [warningAt(spanOf(tree, [...path, "from"]), "BUILDER_UNKNOWN", message, `did you mean ${near}?`)];
  });
}
