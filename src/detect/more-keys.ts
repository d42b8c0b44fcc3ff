import type { SpecValue } from "../spec/flow-text.ts";
import type { SpecKey } from "./candidate.ts";

/** What a spec says beside what is found. */
export interface MoreKeys {
  /** Variables of the image. */
  readonly env?: Readonly<Record<string, string>>;
  /** Packages of the builder that the programs come from. */
  readonly packages?: readonly string[];
}

/** Keys with variables and packages put to those that are there. */
export function withMore(keys: readonly SpecKey[], { env = {}, packages = [] }: MoreKeys): readonly SpecKey[] {
  const isBuilt = keys.some(({ key }) => key === "builders");
  const installed = packages.length === 0 ? keys : isBuilt ? inMain(keys, packages) : put(keys, "packages", packages);
  return Object.keys(env).length === 0 ? installed : put(installed, "env", env);
}

function put(keys: readonly SpecKey[], key: string, value: SpecValue): readonly SpecKey[] {
  if (!keys.some((one) => one.key === key)) return [...keys, { key, value }];
  return keys.map((one) => (one.key === key ? { ...one, value: joined(one.value, value) } : one));
}

/** Maps merge, lists are appended. */
function joined(left: SpecValue, right: SpecValue): SpecValue {
  if (isList(left) && isList(right)) return [...left, ...right];
  return isMap(left) && isMap(right) ? { ...left, ...right } : right;
}

function inMain(keys: readonly SpecKey[], packages: readonly string[]): readonly SpecKey[] {
  return keys.map((one) => {
    const main = one.key === "builders" && isMap(one.value) ? one.value["main"] : undefined;
    if (!isMap(one.value) || main === undefined || !isMap(main)) return one;
    const all = joined(main["packages"] ?? [], packages);
    return { ...one, value: { ...one.value, main: { ...main, packages: all } } };
  });
}

function isList(value: SpecValue): value is readonly SpecValue[] {
  return Array.isArray(value);
}

function isMap(value: SpecValue): value is { readonly [key: string]: SpecValue } {
  return typeof value === "object" && !Array.isArray(value);
}
