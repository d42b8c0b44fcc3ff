import type { Finding, Need, Yield } from "../../closure/model/closure.ts";
import type { Unknown } from "../../closure/model/unknown.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

/** What a source finds, needs or cannot tell, while it is not known yet whether it runs. */
export type Held = {
  readonly from: AbsPath;
  /** True where it is as it should be, should the source be there for those who build or test the program. */
  readonly isUsual: boolean;
  /** Of a module that is named, and not by its path: the name. */
  readonly name?: string | undefined;
} & ({ readonly finding: Finding } | { readonly unknown: Unknown } | { readonly need: Need });

/**
 * Which sources surely run: those that the program's start names, and what they name in turn. All files of an
 * application ship and are read, also what only a compiler, a bundler or a test is given; what such a source lacks is
 * no reason to fail.
 */
export interface Reach {
  /** A module that runs whatever else is found. */
  begin(path: AbsPath): void;
  /** A tool of a package's maintainers that something runs after all. */
  useTool(path: AbsPath): void;
  isUsed(tool: AbsPath): boolean;
  /** `from` names `to`: it runs when `from` does. */
  follow(from: AbsPath, to: AbsPath): void;
  /** `path` gives names a meaning of its own: where it runs, a name that nothing has may be one of them. */
  rename(path: AbsPath): void;
  /** Keeps it until all that runs is known. */
  hold(held: Held): void;
  /**
   * The held findings, reported for the source: each once, and once more where its source is found to run after all.
   * May be asked again when more is known.
   */
  release(): Iterable<Yield>;
}

export function trackReach(): Reach {
  const begun = new Set<AbsPath>();
  const edges = new Map<AbsPath, Set<AbsPath>>();
  const held: Held[] = [];
  /** Those of sources of which it is not known that they run, and of which it was told. */
  const doubted = new Set<Held>();
  let isReleased = true;
  const used = new Set<AbsPath>();
  const renaming = new Set<AbsPath>();

  function reached(): ReadonlySet<AbsPath> {
    const known = new Set(begun);
    for (const path of known) for (const next of edges.get(path) ?? []) known.add(next);
    return known;
  }

  return {
    begin(path) {
      begun.add(path);
      isReleased = false;
    },
    useTool(path) {
      used.add(path);
    },
    isUsed: (tool) => used.has(tool),
    follow(from, to) {
      const targets = edges.get(from) ?? new Set();
      edges.set(from, targets.add(to));
      isReleased = false;
    },
    rename(path) {
      renaming.add(path);
      isReleased = false;
    },
    hold(one) {
      held.push(one);
      isReleased = false;
    },
    *release() {
      if (isReleased) return;
      isReleased = true;
      if (held.length === 0) return;
      const running = reached();
      const renamer = [...renaming].sort().find((path) => running.has(path));
      /** Names with a meaning of their own: each is told of once. */
      const told = new Set<string>();
      for (const one of held.splice(0)) {
        const { from, isUsual } = one;
        const runs = running.has(from);
        const wasTold = doubted.has(one);
        // What runs may be found later: another process starts it.
        if (!runs) held.push(one);
        if (!runs && (isUsual || wasTold)) continue;
        const name = renamer === undefined ? undefined : one.name;
        if (name !== undefined && told.has(name)) continue;
        if (name !== undefined) told.add(name);
        if (!runs) doubted.add(one);
        if ("finding" in one) yield { finding: runs ? certain(one, renamer) : doubtful(one.finding), from };
        else if ("need" in one) yield { need: one.need, from };
        else if (!wasTold) yield { unknown: one.unknown, from };
      }
    },
  };
}

function certain(held: Held & { readonly finding: Finding }, renamer: AbsPath | undefined): Finding {
  if (renamer === undefined || held.name === undefined) return held.finding;
  const hint = `if ${renamer} does not give the name a file that ships, ${held.finding.hint ?? "install what it names"}`;
  return { ...held.finding, severity: "warning", hint };
}

function doubtful(finding: Finding): Finding {
  const hint = `if nothing runs that file, leave it out under app.exclude: no import leads there from the program's start. Else ${finding.hint ?? "install what it imports"}`;
  return { ...finding, severity: "warning", hint };
}
