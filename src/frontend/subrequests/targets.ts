import type { SourceFile } from "../../formats/llb/graph.ts";
import { targetDescriptions } from "../../plan/targets.ts";
import type { SpanIndex } from "../../spec/spans.ts";
import type { FromSpec, Spec } from "../../spec/spec.ts";
import { columns, type JsonLocation, toBase64, toLocation } from "./locations.ts";

/** The names for `--target`: the answer of `frontend.targets` (moby/buildkit subrequests/targets). */
export interface TargetList {
  readonly targets: readonly {
    readonly name: string;
    readonly default?: boolean;
    readonly description?: string;
    readonly base?: string;
    readonly location?: JsonLocation;
  }[];
  readonly sources: readonly string[];
}

const mainDescription = "the image, where --target names none";

/** Lists the main image, the targets that the spec writes, and the built-in ones that it does not write over. */
export function listTargets(
  spec: Spec,
  { spans, files }: { readonly spans: SpanIndex; readonly files: readonly SourceFile[] },
): TargetList {
  const located = (pointer: string) => {
    const location = toLocation(spans.spanOf(pointer), files);
    return location === undefined ? {} : { location };
  };
  const own = Object.entries(spec.targets).map(([name, target]) => ({
    name,
    ...baseOf(target),
    ...located(`/targets/${name}`),
  }));
  const builtIn = Object.entries(targetDescriptions)
    .filter(([name]) => spec.targets[name] === undefined)
    .map(([name, description]) => ({ name, description }));
  return {
    targets: [
      { name: "", default: true, description: mainDescription, ...baseOf(spec), ...located("") },
      ...own,
      ...builtIn,
    ],
    sources: files.map(toBase64),
  };
}

/** The list for people, laid out as that of a Dockerfile. */
export function printTargets({ targets }: TargetList): string {
  const rows = targets.map(({ name, description = "" }) => [name === "" ? "(default)" : name, description]);
  return columns([["TARGET", "DESCRIPTION"], ...rows]);
}

function baseOf({ builders }: Spec): { readonly base?: string } {
  const from = builders["main"]?.from;
  return from === undefined ? {} : { base: nameOf(from) };
}

function nameOf(from: FromSpec): string {
  if (from.kind === "name" || from.kind === "context") return from.name;
  if (from.kind === "git") return from.url;
  if (from.kind === "dockerfile") return from.target === undefined ? from.path : `${from.path} ${from.target}`;
  return from.reference;
}
