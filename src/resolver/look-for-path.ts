import type { ClosureEntry } from "../closure/model/closure.ts";
import { pointerOf } from "../closure/model/graph.ts";
import type { Plugins } from "../closure/model/plugins.ts";
import type { ClosureRequest, RequestTree } from "../closure/model/request.ts";
import type { View } from "../closure/model/view.ts";
import { resolveClosure } from "../closure/walk/resolve.ts";
import type { AbsentFacts } from "../inspect/explain/explain.ts";
import { sentenceOf, subjectOf } from "../inspect/explain/sentence.ts";
import { type SpecLocations, specLocationOf } from "../inspect/manifest/reasons.ts";
import { matchesAtOrAbove, matchGlob } from "../rootfs/glob.ts";
import { isPrivate } from "../rootfs/private-paths.ts";
import type { ResolvedPath } from "../rootfs/resolved-path.ts";
import { type AbsPath, baseName, isWithin, parentOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { suggest } from "../spec/suggest.ts";
import { resolveObserved } from "./observed.ts";
import { openViews } from "./views.ts";

export interface Looking {
  readonly request: ClosureRequest;
  /** The trees of `request.trees`, in their order. */
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  readonly locations: SpecLocations;
}

/**
 * Finds why the image has not a path, in the builders: it is nowhere, the spec or a level leaves it out, it is private,
 * or nothing asks for it. What a level leaves out is found by resolving again without it.
 */
export async function lookForPath(looking: Looking, text: string): Promise<AbsentFacts> {
  const { request, roots, plugins } = looking;
  const asked = toAbsPath(text);
  const views = await openViews(request, roots);
  const found = await locate([...views.values()], asked);
  if (found === undefined) return describeNowhere([...views.values()], { asked, looking });
  const { view, resolved } = found;
  const paths = [...new Set([asked, resolved.real])];
  const exclusions = findExclusions(looking, paths);
  const isExcluded = exclusions.length > 0;
  const facts = [
    ...exclusions,
    ...(paths.some(isPrivate)
      ? ["it may hold secrets, logs or the state of a machine, which ship only where the spec names them"]
      : []),
  ];
  const closure = await resolveObserved(request, views, plugins);
  const real = closure.entries.find((entry) => entry.path === resolved.real);
  if (real !== undefined && resolved.real !== asked) {
    return [`nothing asks for it by this name; in the builder ${view.name} it leads to ${real.path}, which is in`];
  }
  for (const { from, soname, path } of closure.reported) {
    if (path !== resolved.real) continue;
    facts.push(`${from} names ${soname} in its strings and may open it, and neither a rule nor the spec takes it`);
  }
  if (facts.length === 0) facts.push(...(await tryWithoutRecordings(looking, { views, path: resolved.real })));
  if (facts.length === 0) facts.push(...(await tryLevels(looking, { views, path: resolved.real })));
  const kind = resolved.stat?.kind;
  if (kind !== "file" && kind !== "directory") facts.push(`it is a ${kind ?? "thing"}, and images hold no such`);
  const owner = await describeOwner(looking, { view, path: resolved.real, entries: closure.entries });
  if (facts.length === 0) facts.push(`nothing that the spec names needs it, though the builder ${view.name} has it`);
  return [...facts, ...owner, ...(isExcluded ? [] : ["To have it all the same, add it to closure.include"])];
}

async function locate(
  views: readonly View[],
  path: AbsPath,
): Promise<{ readonly view: View; readonly resolved: ResolvedPath } | undefined> {
  for (const view of views) {
    const resolved = await view.resolve(path);
    if (resolved.stat !== undefined) return { view, resolved };
  }
  return undefined;
}

async function describeNowhere(
  views: readonly View[],
  { asked, looking }: { readonly asked: AbsPath; readonly looking: Looking },
): Promise<AbsentFacts> {
  const names = views.map((view) => view.name).filter((name) => name !== "context");
  const [view] = views;
  const resolved = await view?.resolve(asked);
  if (view === undefined || resolved?.via !== undefined) {
    return [
      `in the builder ${view?.name ?? ""} the link ${resolved?.via ?? ""} leads to ${resolved?.real ?? ""}, which is not there`,
    ];
  }
  const facts = [`it is not in the builder ${names.join(" or ")} either`];
  const siblings = (await view.root.readDirectory((await view.resolve(parentOf(asked))).real)) ?? [];
  const close = suggest(baseName(asked), siblings);
  if (close !== undefined) facts.push(`The builder has ${toAbsPath(close, parentOf(asked))}: perhaps that is meant`);
  const app = looking.request.trees.find((tree) => tree.kind === "app");
  if (app !== undefined && isWithin(asked, app.prefix)) {
    facts.push("Where the build context has it, look whether .dockerignore leaves it out");
  }
  return facts;
}

/** Patterns of the spec that match the path, or a directory above it. */
function findExclusions({ request, locations }: Looking, paths: readonly AbsPath[]): string[] {
  const closure = request.closure.exclude.flatMap((rule, index) => {
    if (!paths.some((path) => matchesAtOrAbove(rule.path, path))) return [];
    return [`${locationText(`/closure/exclude/${String(index)}`, locations)} leaves out ${rule.path}`];
  });
  const app = request.trees.find((tree) => tree.kind === "app");
  return [...closure, ...(app === undefined ? [] : appExclusions(app, { paths, locations }))];
}

function appExclusions(
  app: RequestTree,
  { paths, locations }: { readonly paths: readonly AbsPath[]; readonly locations: SpecLocations },
): string[] {
  const relative = paths.filter((path) => path !== app.prefix && isWithin(path, app.prefix));
  const inApp = relative.map((path) => toAbsPath(path.slice(app.prefix === "/" ? 1 : app.prefix.length + 1)));
  if (inApp.length === 0) return [];
  const location = locationText("/app", locations);
  const excluded = (app.exclude ?? []).find((pattern) => inApp.some((path) => matchesAtOrAbove(pattern, path)));
  if (excluded !== undefined) return [`${location} takes the application without ${excluded}`];
  const isIncluded = (app.include ?? ["**"]).some((pattern) => inApp.some((path) => matchGlob(pattern, path)));
  return isIncluded ? [] : [`${location} takes only ${(app.include ?? []).join(", ")}`];
}

function locationText(pointer: string, locations: SpecLocations): string {
  const { place: location, key, isDefault } = specLocationOf(pointer, locations);
  return subjectOf({ from: location, key, why: "", evidence: "user", ...(isDefault ? { isDefault } : {}) });
}

interface Level {
  readonly pointer: string;
  /** The level as the spec writes it, and the one that leaves nothing out. */
  readonly name: string;
  readonly open: string;
  readonly change: Partial<ClosureRequest["process"]>;
}

/** Resolves with one level opened after the other, until one brings the path. */
/** Tells whether recorded runs are why the image has not a path that `safe` ships. */
async function tryWithoutRecordings(
  { request, plugins, locations }: Looking,
  { views, path }: { readonly views: ReadonlyMap<string, View>; readonly path: AbsPath },
): Promise<readonly string[]> {
  if (request.observed === undefined) return [];
  const { observed: _, ...whole } = request;
  const { entries } = await resolveClosure(whole, views, plugins);
  if (!entries.some((one) => one.path === path)) return [];
  const { place: location } = specLocationOf("/closure/observed", locations);
  return [`no recorded run opened it, or anything of its package or directory (${location}); \`safe\` ships it`];
}

async function tryLevels(
  { request, plugins, locations }: Looking,
  { views, path }: { readonly views: ReadonlyMap<string, View>; readonly path: AbsPath },
): Promise<readonly string[]> {
  const { stdlib, prune, bytecode } = request.process;
  const levels: readonly Level[] = [
    ...(stdlib === "full"
      ? []
      : [
          {
            pointer: "/interpreter",
            name: `stdlib: ${stdlib}`,
            open: "stdlib: full",
            change: { stdlib: "full" as const },
          },
        ]),
    ...(prune === "none"
      ? []
      : [{ pointer: "/app", name: `prune: ${prune}`, open: "prune: none", change: { prune: "none" as const } }]),
    ...(bytecode === "keep"
      ? []
      : [
          {
            pointer: "/interpreter",
            name: `bytecode: ${bytecode}`,
            open: "bytecode: keep",
            change: { bytecode: "keep" as const },
          },
        ]),
  ];
  for (const level of levels) {
    const changed = { ...request, process: { ...request.process, ...level.change } };
    const { entries } = await resolveClosure(changed, views, plugins);
    const entry = entries.find((one) => one.path === path);
    if (entry === undefined) continue;
    const { place: location } = specLocationOf(level.pointer, locations);
    const pointer = pointerOf(entry.reason.from);
    const reason =
      pointer === undefined ? entry.reason : { ...entry.reason, from: specLocationOf(pointer, locations).place };
    return [
      `the level \`${level.name}\` leaves it out${kindOf(path)} (${location})`,
      `With \`${level.open}\` it would be in: ${sentenceOf(reason, entry)}`,
    ];
  }
  return [];
}

const kinds: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/\/tests?\//u, " as part of a test suite"],
  [/\/docs?\//u, " as documentation"],
  [/\.pyi$|\.d\.[cm]?ts$/u, " as type declarations"],
  [/\.(?:h|hh|hpp)$/u, " as a header"],
  [/\.(?:c|cc|cpp|cxx|pyx|pxd|pxi|f|f90)$/u, " as source of a compiled part"],
  [/\.(?:a|la|o)$/u, " as a static library"],
  [/\.(?:exe|dll|pdb|lib)$/u, " as a program of another system"],
  [/\.map$/u, " as a source map"],
];

function kindOf(path: string): string {
  return kinds.find(([pattern]) => pattern.test(path))?.[1] ?? "";
}

const shownFiles = 3;

/** The package that has the path, and what of it is in the image. */
async function describeOwner(
  { plugins }: Looking,
  owned: { readonly view: View; readonly path: AbsPath; readonly entries: readonly ClosureEntry[] },
): Promise<readonly string[]> {
  const { view, path, entries } = owned;
  const resolved = await view.resolve(path);
  if (resolved.stat?.kind === "directory") return [];
  for (const database of plugins.packages) {
    for await (const found of database.read(view.root, [path])) {
      if (!found.files.includes(path)) continue;
      const shipped = entries.filter(
        (one) => one.owner?.split("@")[0] === `${database.name}:${found.name}` && one.kind === "file",
      );
      const names = shipped.slice(0, shownFiles).map((one) => one.path);
      const more = shipped.length - names.length;
      const what =
        shipped.length === 0
          ? ", of which nothing is in the image"
          : `, of which these are in: ${names.join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
      return [`It belongs to the package ${found.name}${what}`];
    }
  }
  return [];
}
