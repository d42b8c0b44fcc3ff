import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { buildersOf } from "./builder-rules.ts";
import { errorAt } from "./finding.ts";
import { scalarText } from "./flow-text.ts";
import { keySpanOf, type MapNode, nodeAt, type Path, pathText, type SpecNode, spanOf, textAt } from "./node.ts";

/** Paths that contradict each other, and paths of the wrong kind for where they are read. */
export function findPathProblems(tree: MapNode): readonly Diagnostic[] {
  return [...findSources(tree), ...findFileConflicts(tree), ...findAccountConflicts(tree)];
}

/** In the build context paths are relative, in a builder absolute. */
function findSources(tree: MapNode): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const app = nodeAt(tree, ["app"]);
  if (app?.kind === "scalar") found.push(...checkSource(tree, ["app"], undefined));
  if (app?.kind === "map") found.push(...checkSource(tree, ["app", "src"], textAt(tree, ["app", "from"])));
  const files = nodeAt(tree, ["files"]);
  for (const path of files?.kind === "map" ? files.entries.keys() : []) {
    const from = textAt(tree, ["files", path, "from"]);
    if (from !== undefined) found.push(...checkSource(tree, ["files", path, "src"], from));
  }
  for (const { path } of buildersOf(tree)) {
    const steps = nodeAt(tree, [...path, "build"]);
    for (const index of steps?.kind === "list" ? steps.entries.keys() : []) {
      const copy = [...path, "build", index, "copy"];
      const from = textAt(tree, [...copy, "from"]);
      const src = nodeAt(tree, [...copy, "src"]);
      if (src?.kind === "scalar") found.push(...checkSource(tree, [...copy, "src"], from));
      for (const at of src?.kind === "list" ? src.entries.keys() : []) {
        found.push(...checkSource(tree, [...copy, "src", at], from));
      }
    }
  }
  return found;
}

function checkSource(tree: MapNode, path: Path, from = "context"): readonly Diagnostic[] {
  const src = textAt(tree, path);
  if (src === undefined || src === "") return [];
  const isAbsolute = src.startsWith("/");
  if (from === "context" && isAbsolute) {
    const message = `cannot use ${quote(src)} as ${pathText(path)}: it is absolute, paths of the build context are relative`;
    return [errorAt(spanOf(tree, path), "SPEC_PATH", message, contextHint(path, src))];
  }
  if (from !== "context" && !isAbsolute) {
    const message = `cannot use ${quote(src)} as ${pathText(path)}: it is relative, paths of a builder are absolute`;
    return [
      errorAt(
        spanOf(tree, path),
        "SPEC_PATH",
        message,
        `write an absolute path, such as /${src.replace(/^(\.\/)+/, "")}`,
      ),
    ];
  }
  return [];
}

function contextHint(path: Path, src: string): string {
  const relative = "write it relative to the build context";
  if (path[0] !== "app") return relative;
  return `${relative}, as app: . for all of it; files of the builder are app: {from: main, src: ${scalarText(src)}}`;
}

/** Two keys for one path, or a path below one that is not a directory. */
function findFileConflicts(tree: MapNode): readonly Diagnostic[] {
  const files = nodeAt(tree, ["files"]);
  if (files?.kind !== "map") return [];
  const found: Diagnostic[] = [];
  const claimed = new Map<string, string>();
  for (const path of files.entries.keys()) {
    const clean = cleanPath(path);
    const earlier = claimed.get(clean);
    if (earlier === undefined) {
      claimed.set(clean, path);
      continue;
    }
    const { line } = keySpanOf(tree, ["files", earlier]).start;
    const message = `cannot make ${quote(path)}: line ${line} makes the same path`;
    found.push(errorAt(keySpanOf(tree, ["files", path]), "SPEC_CONFLICT", message, "keep one of the two"));
  }
  for (const [clean, path] of claimed) {
    const above = parentsOf(clean).find((parent) => {
      const owner = claimed.get(parent);
      return owner !== undefined && isNoDirectory(files.entries.get(owner)?.value);
    });
    const owner = above === undefined ? undefined : claimed.get(above);
    if (owner === undefined) continue;
    const { line } = keySpanOf(tree, ["files", owner]).start;
    const message = `cannot make ${quote(path)}: line ${line} makes ${quote(owner)}, which is not a directory`;
    found.push(errorAt(keySpanOf(tree, ["files", path]), "SPEC_CONFLICT", message, "change one of the two paths"));
  }
  return found;
}

function isNoDirectory(node: SpecNode | undefined): boolean {
  return node?.kind === "map" && (node.entries.has("content") || node.entries.has("symlink"));
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

function cleanPath(path: string): string {
  return `/${path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
}

function findAccountConflicts(tree: MapNode): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const kind of ["users", "groups"]) {
    const list = nodeAt(tree, ["accounts", kind]);
    const seen = new Map<string, number>();
    for (const index of list?.kind === "list" ? list.entries.keys() : []) {
      const name = textAt(tree, ["accounts", kind, index, "name"]);
      if (name === undefined) continue;
      const span = spanOf(tree, ["accounts", kind, index, "name"]);
      const line = seen.get(name);
      seen.set(name, line ?? span.start.line);
      if (line === undefined) continue;
      const message = `cannot add ${quote(name)} to accounts.${kind}: line ${line} adds it already`;
      found.push(errorAt(span, "SPEC_CONFLICT", message, "keep one of the two"));
    }
  }
  return found;
}
