import type { SourceFile } from "../../formats/llb/graph.ts";
import { closureBuilders } from "../../plan/closure-request.ts";
import type { PickedTarget } from "../../plan/targets.ts";
import type { SpanIndex } from "../../spec/spans.ts";
import type { MountSpec, Spec } from "../../spec/spec.ts";
import { columns, type JsonLocation, toBase64, toLocation } from "./locations.ts";

/** The inputs of a build of one target: the answer of `frontend.outline` (moby/buildkit subrequests/outline). */
export interface Outline {
  readonly name: string;
  readonly args: readonly { readonly name: string; readonly value: string; readonly location?: JsonLocation }[];
  readonly secrets: readonly { readonly name: string; readonly required: boolean; readonly location?: JsonLocation }[];
  readonly ssh: readonly { readonly name: string; readonly required: boolean; readonly location?: JsonLocation }[];
  readonly cache: readonly { readonly ID: string; readonly location?: JsonLocation }[];
  readonly sources: readonly string[];
}

/**
 * Outlines a target: arguments with the values that they have in this build, and what its builders' steps ask the
 * client for.
 */
export function outlineTarget(
  { spec, pointerPrefix }: PickedTarget,
  {
    name,
    spans,
    files,
  }: { readonly name: string | undefined; readonly spans: SpanIndex; readonly files: readonly SourceFile[] },
): Outline {
  const located = (pointer: string): { readonly location?: JsonLocation } => {
    const location = toLocation(spans.spanOf(pointer), files);
    return location === undefined ? {} : { location };
  };
  const mounts = mountsOf(spec).map(({ mount, pointer }) => ({
    mount,
    location: located(`${pointerPrefix}${pointer}`),
  }));
  const asked = <Type extends MountSpec["type"]>(type: Type) =>
    mounts.flatMap(({ mount, location }) => (isOf(mount, type) ? [{ mount, location }] : []));
  return {
    name: name ?? "",
    args: Object.entries(spec.args).map(([arg, value]) => ({ name: arg, value, ...located(`/args/${arg}`) })),
    secrets: onceEach(
      asked("secret").map(({ mount, location }) => ({ name: mount.id, required: mount.required, ...location })),
      (one) => one.name,
    ),
    ssh: onceEach(
      asked("ssh").map(({ mount, location }) => ({ name: mount.id, required: mount.required, ...location })),
      (one) => one.name,
    ),
    cache: onceEach(
      asked("cache").map(({ mount, location }) => ({ ID: mount.id ?? mount.target, ...location })),
      (one) => one.ID,
    ),
    sources: files.map(toBase64),
  };
}

/** The outline for people, laid out as that of a Dockerfile. */
export function printOutline({ name, args, secrets, ssh, cache }: Outline): string {
  const needed = (required: boolean): string => (required ? "true" : "");
  const tables = [
    args.length === 0 ? [] : [["BUILD ARG", "VALUE"], ...args.map((one) => [one.name, one.value])],
    secrets.length === 0 ? [] : [["SECRET", "REQUIRED"], ...secrets.map((one) => [one.name, needed(one.required)])],
    ssh.length === 0 ? [] : [["SSH", "REQUIRED"], ...ssh.map((one) => [one.name, needed(one.required)])],
    cache.length === 0 ? [] : [["CACHE"], ...cache.map((one) => [one.ID])],
  ];
  const title = name === "" ? [] : [`TARGET: ${name}\n`];
  return [...title, ...tables.filter((rows) => rows.length > 0).map(columns)].join("\n");
}

function isOf<Type extends MountSpec["type"]>(
  mount: MountSpec,
  type: Type,
): mount is Extract<MountSpec, { readonly type: Type }> {
  return mount.type === type;
}

/** Several steps may ask for the same; it is required when one of them requires it. */
function onceEach<T extends object>(found: readonly T[], key: (one: T) => string): readonly T[] {
  const kept = new Map<string, T>();
  for (const one of found) {
    const known = kept.get(key(one));
    const isRequired = "required" in one && one.required === true;
    if (known === undefined) kept.set(key(one), one);
    else if (isRequired) kept.set(key(one), { ...known, required: true });
  }
  return [...kept.values()];
}

/**
 * Mounts of the steps that the image is made of; builders that nothing uses are not solved, so they ask for nothing.
 */
function mountsOf(spec: Spec): readonly { readonly mount: MountSpec; readonly pointer: string }[] {
  return usedBuilders(spec).flatMap((name) =>
    (spec.builders[name]?.build ?? []).flatMap((step, index) =>
      step.kind === "run"
        ? step.mounts.map((mount, at) => ({
            mount,
            pointer: `/builders/${name}/build/${String(index)}/mounts/${String(at)}`,
          }))
        : [],
    ),
  );
}

function usedBuilders(spec: Spec): readonly string[] {
  const used = new Set<string>();
  const pending = [...closureBuilders(spec), ...(spec.app === undefined ? [] : [spec.app.from])];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const builder = spec.builders[name];
    if (builder === undefined || used.has(name)) continue;
    used.add(name);
    if (builder.from.kind === "name") pending.push(builder.from.name);
    for (const step of builder.build) {
      if (step.kind === "copy") pending.push(step.from);
      else pending.push(...step.mounts.flatMap((mount) => (mount.type === "bind" ? [mount.from] : [])));
    }
  }
  return [...used].sort();
}
