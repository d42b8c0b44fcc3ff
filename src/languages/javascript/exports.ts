import { isRecord } from "../../formats/json/json-object.ts";

/**
 * The target that `exports` gives for a subpath (`.` or `./x`) under a set of conditions, as written in the
 * package.json; null when the package closes the subpath, undefined when it does not name it
 * (nodejs.org/api/esm.html#resolution-algorithm).
 */
export function exportTarget(
  exports: unknown,
  subpath: string,
  conditions: ReadonlySet<string>,
): string | null | undefined {
  const hasSubpaths = isRecord(exports) && Object.keys(exports).some((key) => key.startsWith("."));
  if (isRecord(exports) && hasSubpaths) return matchTarget(exports, subpath, conditions);
  return subpath === "." ? targetOf(exports, "", conditions) : undefined;
}

/** The same for `imports` and a specifier that starts with `#`. The target may be the name of another package. */
export function importTarget(
  imports: unknown,
  specifier: string,
  conditions: ReadonlySet<string>,
): string | null | undefined {
  return isRecord(imports) ? matchTarget(imports, specifier, conditions) : undefined;
}

function matchTarget(
  map: Readonly<Record<string, unknown>>,
  key: string,
  conditions: ReadonlySet<string>,
): string | null | undefined {
  if (Object.hasOwn(map, key) && !key.includes("*") && !key.endsWith("/")) return targetOf(map[key], "", conditions);
  let best: { readonly pattern: string; readonly base: string; readonly match: string } | undefined;
  for (const pattern of Object.keys(map)) {
    const star = pattern.indexOf("*");
    // A trailing slash is the folder mapping of Node 12 to 16.
    const base = star === -1 ? pattern : pattern.slice(0, star);
    if (star === -1 && !pattern.endsWith("/")) continue;
    const trailer = star === -1 ? "" : pattern.slice(star + 1);
    if (!key.startsWith(base) || key === base || !key.endsWith(trailer)) continue;
    if (key.length < base.length + trailer.length) continue;
    const isBetter =
      best === undefined ||
      base.length > best.base.length ||
      (base.length === best.base.length && pattern.length > best.pattern.length);
    if (isBetter) best = { pattern, base, match: key.slice(base.length, key.length - trailer.length) };
  }
  return best && targetOf(map[best.pattern], best.match, conditions);
}

function targetOf(target: unknown, match: string, conditions: ReadonlySet<string>): string | null | undefined {
  if (target === null) return null;
  if (typeof target === "string") {
    return target.includes("*") ? target.replaceAll("*", match) : target.endsWith("/") ? target + match : target;
  }
  if (Array.isArray(target)) {
    const list: readonly unknown[] = target;
    let last: null | undefined;
    for (const element of list) {
      const found = targetOf(element, match, conditions);
      if (typeof found === "string") return found;
      last = found;
    }
    return last;
  }
  if (!isRecord(target)) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    if (condition !== "default" && !conditions.has(condition)) continue;
    const found = targetOf(value, match, conditions);
    if (found !== undefined) return found;
  }
  return undefined;
}
