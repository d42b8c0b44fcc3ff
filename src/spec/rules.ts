import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { findBuilderProblems } from "./builder-rules.ts";
import { smallestSpecHint } from "./compose.ts";
import { errorAt } from "./finding.ts";
import { keySpanOf, type MapNode, nodeAt, type Path, pathText, spanOf, textAt } from "./node.ts";
import { findPathProblems } from "./path-rules.ts";
import { builtInTargets } from "./schema.ts";
import { findServerlessProblems } from "./serverless-rules.ts";
import { maxTargets } from "./targets.ts";

const maxConfigBytes = 1024 * 1024;

/**
 * Rules about more than one value. They read the tree, not a validated value, so that they also find what is wrong
 * beside a wrong type.
 */
export function findRuleProblems(tree: MapNode): readonly Diagnostic[] {
  return [
    ...findSugarConflicts(tree),
    ...findMissingParts(tree),
    ...findPathlessInterpreter(tree),
    ...findBuilderProblems(tree),
    ...findPathProblems(tree),
    ...findTargetProblems(tree),
    ...findLargeConfig(tree),
    ...findHealthcheckProblems(tree),
    ...findLayerConflicts(tree),
    ...findLevelConflicts(tree),
    ...findServerlessProblems(tree),
  ];
}

function findSugarConflicts(tree: MapNode): readonly Diagnostic[] {
  const long = nodeAt(tree, ["builders", "main"]);
  if (long?.kind !== "map") return [];
  return ["from", "packages", "snapshot", "build"].flatMap((key) => {
    if (!tree.entries.has(key)) return [];
    const short = keySpanOf(tree, [key]);
    const main = keySpanOf(tree, ["builders", "main"]);
    const [first, span] = short.start.line > main.start.line ? [main, short] : [short, main];
    const message = `cannot use ${key} beside builders.main: both describe the same builder (see line ${first.start.line})`;
    return [errorAt(span, "SPEC_CONFLICT", message, `move ${key} into builders.main`)];
  });
}

function findMissingParts(tree: MapNode): readonly Diagnostic[] {
  if (!tree.entries.has("from") && nodeAt(tree, ["builders"]) === undefined) {
    // The finding of that key says to write from.
    if ([...tree.entries.keys()].some((key) => key === "image" || key.toLowerCase() === "from")) return [];
    const message = "cannot build the image: nothing says where its files come from";
    return [errorAt(spanOf(tree, []), "SPEC_FROM_MISSING", message, `add from; ${smallestSpecHint}`)];
  }
  const main = mainBuilder(tree);
  if (main === undefined) {
    if (nodeAt(tree, ["builders", "main"]) !== undefined) return [];
    const span = keySpanOf(tree, ["builders"]);
    const message = "cannot build the image: no builder is called main";
    return [errorAt(span, "SPEC_FROM_MISSING", message, "add from, or call one of the builders main")];
  }
  const named = ["interpreter", "app", "binaries", "libraries", "files"].some((key) => isSaid(tree, [key]));
  if (named || isSaid(tree, ["closure", "include"])) return [];
  if (isAdopted(tree, main)) return [];
  const message = "cannot build the image: nothing says what must run";
  const hint = "add interpreter and app, or binaries";
  return [errorAt(spanOf(tree, [...main, "from"]), "SPEC_NOTHING_TO_RUN", message, hint)];
}

/** True for a base image that says itself what runs, and that no step changes. */
function isAdopted(tree: MapNode, main: Path): boolean {
  const isAlone = !isSaid(tree, [...main, "packages"]) && !isSaid(tree, [...main, "build"]);
  return isAlone && isImage(tree, [...main, "from"]);
}

/** Levels alone are those of what an adopted image runs. */
function findPathlessInterpreter(tree: MapNode): readonly Diagnostic[] {
  const interpreter = nodeAt(tree, ["interpreter"]);
  const main = mainBuilder(tree);
  if (interpreter?.kind !== "map" || interpreter.entries.has("path")) return [];
  if (main !== undefined && isAdopted(tree, main) && !interpreter.entries.has("from")) return [];
  const message = "cannot use interpreter: it has no path";
  return [errorAt(keySpanOf(tree, ["interpreter"]), "SPEC_MISSING_KEY", message, "add path")];
}

function mainBuilder(tree: MapNode): Path | undefined {
  if (tree.entries.has("from")) return [];
  return nodeAt(tree, ["builders", "main", "from"]) === undefined ? undefined : ["builders", "main"];
}

function isSaid(tree: MapNode, path: Path): boolean {
  const node = nodeAt(tree, path);
  if (node === undefined) return false;
  if (node.kind === "scalar") return node.value !== null;
  return node.kind === "list" ? node.entries.length > 0 : node.entries.size > 0;
}

/** An image, or what may turn out to be one: its configuration says what runs. */
function isImage(tree: MapNode, from: Path): boolean {
  const text = textAt(tree, from);
  if (text !== undefined) return text !== "scratch";
  return ["dockerfile", "image", "context", "oci-layout"].some((key) => nodeAt(tree, [...from, key]) !== undefined);
}

function findTargetProblems(tree: MapNode): readonly Diagnostic[] {
  const targets = nodeAt(tree, ["targets"]);
  if (targets?.kind !== "map") return [];
  const found: Diagnostic[] = [];
  for (const name of targets.entries.keys()) {
    if (!builtInTargets.some((target) => target === name)) continue;
    const message = `cannot use ${quote(name)} as a target: every spec has one of this name already`;
    found.push(errorAt(keySpanOf(tree, ["targets", name]), "SPEC_CONFLICT", message, "use another name"));
  }
  if (targets.entries.size > maxTargets) {
    const message = `cannot use ${targets.entries.size} targets: a spec has at most ${maxTargets}`;
    found.push(errorAt(keySpanOf(tree, ["targets"]), "SPEC_TOO_LARGE", message, "split the spec into files"));
  }
  return found;
}

function findLargeConfig(tree: MapNode): readonly Diagnostic[] {
  return ["env", "labels", "annotations"].flatMap((key) => {
    const map = nodeAt(tree, [key]);
    if (map?.kind !== "map") return [];
    const encoder = new TextEncoder();
    let bytes = 0;
    for (const [name, { value }] of map.entries) {
      const text = value.kind === "scalar" ? String(value.value) : "";
      bytes += encoder.encode(name).length + encoder.encode(text).length;
    }
    if (bytes <= maxConfigBytes) return [];
    const message = `cannot use ${pathText([key])}: it has ${bytes} bytes, at most ${maxConfigBytes} fit an image's configuration`;
    return [errorAt(keySpanOf(tree, [key]), "CONFIG_TOO_LARGE", message, "put long texts into files of the image")];
  });
}

function findHealthcheckProblems(tree: MapNode): readonly Diagnostic[] {
  const check = nodeAt(tree, ["healthcheck"]);
  if (check?.kind !== "map") return [];
  const [first, second] = ["exec", "http", "tcp"].filter((key) => check.entries.has(key));
  if (first === undefined) {
    // The finding of Compose's key has the line to write.
    if (check.entries.has("test")) return [];
    const message = "cannot use healthcheck: it does not say what to ask or run";
    return [errorAt(keySpanOf(tree, ["healthcheck"]), "SPEC_MISSING_KEY", message, "add http, tcp or exec")];
  }
  if (second === undefined) return [];
  const message = `cannot use healthcheck.${second} beside healthcheck.${first}: there is one check`;
  return [errorAt(keySpanOf(tree, ["healthcheck", second]), "SPEC_CONFLICT", message, "keep one of the two")];
}

function findLayerConflicts(tree: MapNode): readonly Diagnostic[] {
  const layers = nodeAt(tree, ["layers"]);
  if (layers?.kind !== "list") return [];
  const names = layers.entries.map((_, index) => textAt(tree, ["layers", index]));
  return names.flatMap((name, index) => {
    if (name === undefined || names.indexOf(name) === index) return [];
    const message = `cannot use ${quote(name)} twice in layers: files go into one layer`;
    return [errorAt(spanOf(tree, ["layers", index]), "SPEC_CONFLICT", message, "keep one of the two")];
  });
}

/** Recordings cut what `safe` ships: another level beside them would cut first, and by guesses. */
function findLevelConflicts(tree: MapNode): readonly Diagnostic[] {
  if (!isSaid(tree, ["closure", "observed"])) return [];
  const levels: readonly Path[] = [
    ["interpreter", "stdlib"],
    ["app", "prune"],
  ];
  return levels.flatMap((path) => {
    const level = textAt(tree, path);
    if (level === undefined || level === "safe") return [];
    const message = `cannot use ${pathText(path)}: ${level} beside closure.observed: recordings cut what safe ships`;
    return [errorAt(spanOf(tree, path), "SPEC_CONFLICT", message, `leave ${pathText(path)} out`)];
  });
}
