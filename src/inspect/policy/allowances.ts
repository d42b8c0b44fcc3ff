import { matchGlob, parseGlob } from "../../rootfs/glob.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, compareBytes, type RootFs } from "../../rootfs/rootfs.ts";
import type { PolicyKind } from "../../spec/policy-kinds.ts";
import type { AllowSpec } from "../../spec/spec.ts";

/** The exceptions of a policy, and what each was of use for. */
export interface Allowances {
  /** True when an exception covers a path of a kind; remembered for `used`. */
  covers(kind: PolicyKind, path: AbsPath): boolean;
  /** The same, for what only an exception that names the path may cover. */
  coversByPath(kind: PolicyKind, path: AbsPath): boolean;
  /** The paths that an exception covered so far, in the order of the spec: `shell /usr/bin/dash`. */
  used(): readonly (AllowSpec & { readonly used: readonly string[] })[];
}

/** Prepares exceptions. One for a path that is a link covers what the link leads to as well. */
export async function openAllowances(allow: readonly AllowSpec[], root: RootFs): Promise<Allowances> {
  const rules = await Promise.all(
    allow.map(async (spec) => ({ spec, matches: await matcherOf(spec.path, root), used: new Set<string>() })),
  );
  const apply = (applied: typeof rules, kind: PolicyKind, path: AbsPath): boolean => {
    let isCovered = false;
    for (const { spec, matches, used } of applied) {
      if ((spec.kind !== undefined && spec.kind !== kind) || !matches(path)) continue;
      used.add(`${kind} ${path}`);
      isCovered = true;
    }
    return isCovered;
  };
  const withPath = rules.filter(({ spec }) => spec.path !== undefined);
  return {
    covers: (kind, path) => apply(rules, kind, path),
    coversByPath: (kind, path) => apply(withPath, kind, path),
    used: () => rules.map(({ spec, used }) => ({ ...spec, used: [...used].sort(compareBytes) })),
  };
}

async function matcherOf(pattern: string | undefined, root: RootFs): Promise<(path: AbsPath) => boolean> {
  if (pattern === undefined) return () => true;
  const glob = parseGlob(pattern);
  const real = await realOf(pattern, root);
  return (path) => path === real || matchGlob(glob, path);
}

/** Directories that distributions made links to those of /usr: an image may have a program of them and not the link. */
const mergedDirectory = /^\/(?:s?bin|lib(?:32|64|x32)?)\//;

async function realOf(path: string, root: RootFs): Promise<AbsPath | undefined> {
  const resolved = await resolveLinks(root, path);
  if (resolved === "loop") return undefined;
  if (resolved !== undefined) return resolved.real;
  return mergedDirectory.test(path) ? realOf(`/usr${path}`, root) : undefined;
}
