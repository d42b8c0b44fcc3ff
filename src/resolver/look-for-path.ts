import type { ClosureEntry } from "../closure/model/closure.ts";
import { isPrivate } from "../closure/model/deny-list.ts";
import { pointerOf } from "../closure/model/graph.ts";
import type { Plugins } from "../closure/model/plugins.ts";
import { placeOf, type SpecPlaces } from "../closure/model/reasons.ts";
import type { ClosureRequest, RequestSource } from "../closure/model/request.ts";
import type { View, Walk } from "../closure/model/view.ts";
import { resolveClosure } from "../closure/walk/resolve.ts";
import type { AbsentFacts } from "../inspect/explain/explain.ts";
import { sentenceOf, subjectOf } from "../inspect/explain/sentence.ts";
import { matchGlob, parseGlob } from "../rootfs/glob.ts";
import { type AbsPath, baseName, isWithin, parentOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { suggest } from "../spec/suggest.ts";
import { openViews } from "./answer.ts";

export interface Looking {
  readonly request: ClosureRequest;
  /** The trees of `request.sources`, in their order. */
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  readonly places: SpecPlaces;
}

/**
 * Finds why the image has not a path, in the builders: it is nowhere, the spec or a level leaves it out, it is private, or nothing asks
 * for it. What a level leaves out is found by resolving again without it.
 */
export async function lookForPath(looking: Looking, text: string): Promise<AbsentFacts> {
  const { request, roots, plugins } = looking;
  const asked = toAbsPath(text);
  const views = await openViews(request, roots);
  const found = await locate([...views.values()], asked);
  if (found === undefined) return describeNowhere([...views.values()], { asked, looking });
  const { view, walk } = found;
  const paths = [...new Set([asked, walk.real])];
  const exclusions = findExclusions(looking, paths);
  const isExcluded = exclusions.length > 0;
  const facts = [
    ...exclusions,
    ...(paths.some(isPrivate)
      ? ["it may hold secrets, logs or the state of a machine, which ship only where the spec names them"]
      : []),
  ];
  const closure = await resolveClosure(request, views, plugins);
  const real = closure.entries.find((entry) => entry.path === walk.real);
  if (real !== undefined && walk.real !== asked) {
    return [`nothing asks for it by this name; in the builder ${view.name} it leads to ${real.path}, which is in`];
  }
  for (const { from, soname, path } of closure.reported) {
    if (path !== walk.real) continue;
    facts.push(`${from} names ${soname} in its strings and may open it, and neither a rule nor the spec takes it`);
  }
  if (facts.length === 0) facts.push(...(await tryLevels(looking, { views, path: walk.real })));
  const kind = walk.stat?.kind;
  if (kind !== "file" && kind !== "directory") facts.push(`it is a ${kind ?? "thing"}, and images hold no such`);
  const owner = await describeOwner(looking, { view, path: walk.real, entries: closure.entries });
  if (facts.length === 0) facts.push(`nothing that the spec names needs it, though the builder ${view.name} has it`);
  return [...facts, ...owner, ...(isExcluded ? [] : ["To have it all the same, add it to closure.include"])];
}

async function locate(
  views: readonly View[],
  path: AbsPath,
): Promise<{ readonly view: View; readonly walk: Walk } | undefined> {
  for (const view of views) {
    const walk = await view.walk(path);
    if (walk.stat !== undefined) return { view, walk };
  }
  return undefined;
}

async function describeNowhere(
  views: readonly View[],
  { asked, looking }: { readonly asked: AbsPath; readonly looking: Looking },
): Promise<AbsentFacts> {
  const names = views.map((view) => view.name).filter((name) => name !== "context");
  const [view] = views;
  const walk = await view?.walk(asked);
  if (view === undefined || walk?.via !== undefined) {
    return [
      `in the builder ${view?.name ?? ""} the link ${walk?.via ?? ""} leads to ${walk?.real ?? ""}, which is not there`,
    ];
  }
  const facts = [`it is not in the builder ${names.join(" or ")} either`];
  const siblings = (await view.root.readDirectory((await view.walk(parentOf(asked))).real)) ?? [];
  const close = suggest(baseName(asked), siblings);
  if (close !== undefined) facts.push(`The builder has ${toAbsPath(close, parentOf(asked))}: perhaps that is meant`);
  const app = looking.request.sources.find((source) => source.kind === "app");
  if (app !== undefined && isWithin(asked, app.prefix)) {
    facts.push("Where the build context has it, look whether .dockerignore leaves it out");
  }
  return facts;
}

/** Patterns of the spec that match the path, or a directory above it. */
function findExclusions({ request, places }: Looking, paths: readonly AbsPath[]): string[] {
  const closure = request.closure.exclude.flatMap((rule, index) => {
    if (!paths.some((path) => matchesAtOrAbove(rule.path, path))) return [];
    return [`${placeText(`/closure/exclude/${String(index)}`, places)} leaves out ${rule.path}`];
  });
  const app = request.sources.find((source) => source.kind === "app");
  return [...closure, ...(app === undefined ? [] : appExclusions(app, { paths, places }))];
}

function appExclusions(
  app: RequestSource,
  { paths, places }: { readonly paths: readonly AbsPath[]; readonly places: SpecPlaces },
): string[] {
  const relative = paths.filter((path) => path !== app.prefix && isWithin(path, app.prefix));
  const inApp = relative.map((path) => toAbsPath(path.slice(app.prefix === "/" ? 1 : app.prefix.length + 1)));
  if (inApp.length === 0) return [];
  const place = placeText("/app", places);
  const excluded = (app.exclude ?? []).find((pattern) => inApp.some((path) => matchesAtOrAbove(pattern, path)));
  if (excluded !== undefined) return [`${place} takes the application without ${excluded}`];
  const isIncluded = (app.include ?? ["**"]).some((pattern) => inApp.some((path) => matchGlob(pattern, path)));
  return isIncluded ? [] : [`${place} takes only ${(app.include ?? []).join(", ")}`];
}

function matchesAtOrAbove(pattern: string, path: AbsPath): boolean {
  const glob = parseGlob(pattern);
  for (let at = path; at !== "/"; at = parentOf(at)) {
    if (matchGlob(glob, at)) return true;
  }
  return false;
}

function placeText(pointer: string, places: SpecPlaces): string {
  const { place, key, isDefault } = placeOf(pointer, places);
  return subjectOf({ from: place, key, why: "", evidence: "user", ...(isDefault ? { isDefault } : {}) });
}

interface Level {
  readonly pointer: string;
  /** The level as the spec writes it, and the one that leaves nothing out. */
  readonly name: string;
  readonly open: string;
  readonly change: Partial<ClosureRequest["process"]>;
}

/** Resolves with one level opened after the other, until one brings the path. */
async function tryLevels(
  { request, plugins, places }: Looking,
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
    const { place } = placeOf(level.pointer, places);
    const pointer = pointerOf(entry.reason.from);
    const reason = pointer === undefined ? entry.reason : { ...entry.reason, from: placeOf(pointer, places).place };
    return [
      `the level \`${level.name}\` leaves it out${kindOf(path)} (${place})`,
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
  const walk = await view.walk(path);
  if (walk.stat?.kind === "directory") return [];
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
