import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { zonesNeed } from "../dlopen/zones-need.ts";
import { zonesSet } from "../formats/text/set-zones.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, isWithin, toAbsPath } from "../rootfs/rootfs.ts";
import { isOtherZoneForm, zoneDirectory } from "../rootfs/time-zones.ts";
import { localTime, localtime } from "./local-time.ts";
import { applicationTexts, isNotOwn, ownTexts } from "./own-texts.ts";
import { isOwned } from "./owned.ts";

/** What an object imports that looks up a zone by its name: standard C++, and C by the variable TZ. */
const lookUp = /^_ZNSt6chrono(?:11locate_zone|8get_tzdb|13get_tzdb_list)/u;

/** In code, any name of two or three parts. */
const zoneName = /[A-Z][A-Za-z_]{1,40}(?:\/[A-Z][\w+-]*){1,2}/gu;

/**
 * Time zones: all, or those that are named; a single one is also the local time. The zone of TZ comes where it exists,
 * with all others where it is not UTC and the spec names none. So do those that the author's own texts, or code of no
 * known run-time, name, or to which a source of the application sets TZ. A program of the author that sets it, or looks
 * up zones, may mean any; of a run-time, its sources tell.
 */
export const timezone: Feature = {
  name: "timezone",
  pointer: "/system/timezone",
  async *apply(context): AsyncIterable<FeatureYield> {
    const { request, root } = context;
    const { timezone: wanted } = request.system;
    const zones = [request.process.env, ...(request.runs ?? []).map(({ env }) => env)].map(({ TZ = "" }) => TZ);
    for (const zone of new Set(zones.map((one) => one.replace(/^:/, "")))) {
      if (!/^[A-Za-z]/.test(zone) || wanted === "all") continue;
      const path = toAbsPath(zone, zoneDirectory);
      yield { need: { path, role: "file", evidence: "rule", why: `has TZ=${zone}`, optional: true } };
      // An image that has a zone is run in others: `docker run -e TZ=Asia/Tokyo`.
      if (wanted === "none" && !/^(?:Etc\/)?(?:GMT|UCT|UTC|Universal|Zulu)$/u.test(zone))
        yield { need: { ...zonesNeed, why: `has TZ=${zone}, which a run may change` } };
    }
    if (wanted !== "all") yield* namedZones(context);
    if (wanted === "none") {
      for await (const need of localTime(context)) yield { need };
      return;
    }
    if (wanted === "all") {
      const why = "asks for all time zones";
      yield { need: { path: zoneDirectory, role: "tree", evidence: "declared", why, skip: isOtherZoneForm } };
      yield { need: { path: localtime, role: "file", evidence: "rule", why: "is in local time", optional: true } };
      return;
    }
    for (const name of wanted) {
      const path = toAbsPath(name, zoneDirectory);
      const resolved = await resolveLinks(root, path);
      if (
        resolved === undefined ||
        resolved === "loop" ||
        resolved.stat.kind !== "file" ||
        !isWithin(path, zoneDirectory)
      ) {
        yield {
          finding: {
            severity: "error",
            code: "TIMEZONE_MISSING",
            message: `cannot add the time zone ${name}: the builder has no ${path}`,
            hint: "correct the name, or add tzdata to the builder's `packages`",
          },
        };
        continue;
      }
      yield { need: { path, role: "file", evidence: "declared", why: `asks for the time zone ${name}` } };
      if (wanted.length === 1) {
        const generated = { path: localtime, kind: "symlink", mode: 0o777, uid: 0, gid: 0 } as const;
        // Relative, so that it also holds in an image that is written to a directory.
        yield { generated: { ...generated, target: `..${path}`, why: `asks for the time zone ${name}` } };
      }
    }
  },
};

async function* namedZones(context: FeatureContext): AsyncIterable<FeatureYield> {
  const found = new Map<string, string>();
  let open: AbsPath | undefined;
  const areas = ((await context.root.readDirectory(zoneDirectory)) ?? []).filter((name) => /^[A-Z][a-z]+$/u.test(name));
  if (areas.length === 0) return;
  const take = (from: AbsPath, names: Iterable<string>): void => {
    for (const name of names) if (!found.has(name)) found.set(name, `${from} names the time zone ${name}`);
  };
  for await (const { from, text, isBinary } of ownTexts(context)) {
    if (from !== undefined) take(from, isBinary === true ? (text.match(zoneName) ?? []) : zonesIn(text, areas));
  }
  for await (const { from, text } of applicationTexts(context)) {
    const { names, isOpen } = zonesSet(text);
    take(from, names);
    if (isOpen) open ??= from;
  }
  for (const { path, elf, layer } of context.objects) {
    const { importedSymbols: imports } = elf;
    const sets = imports.has("tzset") && (imports.has("setenv") || imports.has("putenv"));
    const asks = open === undefined && (sets || [...imports].some((name) => lookUp.test(name)));
    if (asks && layer !== "interpreter" && !isNotOwn(path) && !(await isOwned(context, path))) open = path;
  }
  if (open !== undefined) yield { need: { ...zonesNeed, why: `${open} sets a time zone that only the run tells` } };
  for (const [name, why] of found) {
    const path = toAbsPath(name, zoneDirectory);
    if ((await context.root.lstat(path)) === undefined) continue;
    yield { need: { path, role: "file", evidence: "string", why, optional: true } };
  }
}

/** Names of zones in a text, `"Asia/Tokyo"`, but for parts of paths. */
function zonesIn(text: string, areas: readonly string[]): readonly string[] {
  const named = areas.filter((area) => text.includes(`${area}/`));
  if (named.length === 0) return [];
  const zone = String.raw`(?<![\w./-])(?:${named.join("|")})(?:\/[A-Z][\w+-]*){1,2}(?![\w/])`;
  return text.match(new RegExp(zone, "gu")) ?? [];
}
