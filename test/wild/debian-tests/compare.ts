import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { capture } from "../../../scripts/lib/command.ts";
import { namesPath } from "../missing.ts";
import type { DebianSource } from "./sources.ts";
import type { Program, Use } from "./trace.ts";

/** A file that a program used, and that its image lacks. */
export interface Loss {
  readonly path: string;
  readonly how: Use["how"];
  /** The program that used it, and what started that. */
  readonly by: string;
  /** The package of Debian that holds it. */
  readonly owner: string;
}

export interface Finding {
  readonly kind: "server" | "tool";
  readonly command: readonly string[];
  /** The programs of the package that its tests started. */
  readonly programs: readonly string[];
  /** How many files these used, that the builder has. */
  readonly files: number;
  readonly lost: readonly Loss[];
  /** The same, where the build named them. */
  readonly announced: readonly Loss[];
  /** Programs outside of the image that its programs started, with all that these used. */
  readonly unstarted: readonly Loss[];
  readonly bytes: number;
  readonly said: string;
}

interface Comparing {
  readonly source: DebianSource;
  readonly programs: readonly Program[];
  readonly builder: string;
  readonly cli: string;
  readonly folder: string;
}

const manifestSchema = z.looseObject({
  figures: z.looseObject({ bytes: z.number() }),
  entries: z.array(z.looseObject({ path: z.string() })),
  unknowns: z.array(z.looseObject({ outcome: z.string() })).default([]),
  leftOut: z.unknown().optional(),
});

/** What an engine mounts, tests make, or every image has its own of. */
const outside =
  /^\/(?:$|proc|dev|sys|tmp|home|run|root)(?:\/|$)|^\/etc\/(?:ld\.so\.cache|localtime|mtab|hosts|resolv\.conf|hostname)$|^\/var\/(?:lib\/(?:dpkg|apt)|cache\/(?:apt|debconf|ldconfig))\//u;

/** Makes the image of the programs that tests started, without writing it, and finds what they used and it lacks. */
export async function comparePackage(comparing: Comparing): Promise<Finding> {
  const { source, programs, builder, cli, folder } = comparing;
  const owners = readOwners(builder);
  const own = new Set(source.binaries);
  const isOwn = (path: string): boolean => own.has(owners.get(realPath(builder, path) ?? "") ?? "");
  const started = [...new Set(programs.map(({ path }) => path).filter((path) => isOwn(path)))].sort();
  const command = serviceCommand({ builder, started, owners, own });
  const kind = command === undefined ? "tool" : "server";
  const base = { kind, command: command ?? [], programs: started } as const;
  if (started.length === 0) {
    return { ...base, files: 0, lost: [], announced: [], unstarted: [], bytes: 0, said: "" };
  }
  const spec = join(folder, "pith.yaml");
  const content = { from: "stage", entrypoint: command ?? [started[0]], binaries: started };
  writeFileSync(spec, `# syntax=localhost:5000/pith:1\n${stringify(content)}`);
  const options = ["resolve", "-f", spec, "--source", `main=dir:${builder}`, "--json"];
  const built = await capture(process.execPath, [cli, ...options]);
  if (built.code !== 0) throw new Error(`refused: ${built.stderr.replaceAll(folder, "").slice(0, 700)}`);
  const manifest = manifestSchema.parse(JSON.parse(built.stdout));
  const unbounded = manifest.unknowns.filter(({ outcome }) => outcome !== "kept");
  const said = `${built.stderr.replaceAll(folder, "")}\n${JSON.stringify(unbounded)}`;
  const shipped = new Set(manifest.entries.map(({ path }) => path));
  const seen = new Set<string>();
  const losses: Loss[] = [];
  const unstarted: Loss[] = [];
  for (const program of programs) {
    const chain = [program.path, ...program.ancestors];
    const first = chain.findLastIndex((path) => isOwn(path));
    if (first < 0) continue;
    // What began with a program of the package, each in the image but perhaps the last.
    const below = chain.slice(0, first + 1);
    const ships = below.every((path) => shipped.has(realPath(builder, path) ?? ""));
    const by = below.slice(0, 3).join(" < ");
    for (const use of program.uses) {
      for (const path of pathsOf(use, builder)) {
        if (outside.test(path)) continue;
        const key = `${path} ${String(ships)}`;
        if (seen.has(key)) continue;
        seen.add(key);
        if (shipped.has(path)) continue;
        const loss = { path, how: use.how, by, owner: owners.get(path) ?? "" };
        (ships ? losses : unstarted).push(loss);
      }
    }
  }
  const lostPaths = new Set(losses.map(({ path }) => path));
  const announced = losses.filter(({ path }) => namesPath(said, path));
  return {
    ...base,
    files: seen.size,
    lost: losses.filter((loss) => !announced.includes(loss)),
    announced,
    unstarted: unstarted.filter(({ path }) => !lostPaths.has(path)),
    bytes: manifest.figures.bytes,
    said: said.slice(0, 6000),
  };
}

/** The file itself, and the link by which it was named, where the builder has them. */
function pathsOf({ named, real, how }: Use, builder: string): readonly string[] {
  if (outside.test(named)) return [];
  const parent = realPath(builder, posix.dirname(named));
  const link = parent === undefined ? undefined : posix.join(parent, posix.basename(named));
  const target = how === "link" ? undefined : (real ?? realPath(builder, named));
  return [...new Set([link, target])].flatMap((path) => {
    if (path === undefined) return [];
    const state = lstatSync(join(builder, path), { throwIfNoEntry: false });
    return state !== undefined && (state.isFile() || state.isSymbolicLink()) ? [path] : [];
  });
}

/** Follows links as a process does whose root is the builder. */
export function realPath(builder: string, path: string): string | undefined {
  let rest = path.split("/").filter((part) => part !== "");
  let found = "/";
  for (let steps = 0; rest.length > 0; steps++) {
    if (steps > 200) return undefined;
    const [part = "", ...others] = rest;
    rest = others;
    const next = posix.join(found, part);
    const state = lstatSync(join(builder, next), { throwIfNoEntry: false });
    if (state === undefined) return undefined;
    if (!state.isSymbolicLink()) {
      found = next;
      continue;
    }
    const target = readlinkSync(join(builder, next));
    if (target.startsWith("/")) found = "/";
    rest = [...target.split("/").filter((one) => one !== ""), ...rest];
  }
  return found;
}

/** The package that holds a file, by the file's path with the links of its directories followed. */
function readOwners(builder: string): ReadonlyMap<string, string> {
  const folder = join(builder, "var/lib/dpkg/info");
  const owners = new Map<string, string>();
  const parents = new Map<string, string>();
  for (const list of readdirSync(folder).filter((name) => name.endsWith(".list"))) {
    const name = list.replace(/(?::\w+)?\.list$/u, "");
    for (const path of readFileSync(join(folder, list), "utf8").split("\n")) {
      if (path === "" || path === "/.") continue;
      const parent = posix.dirname(path);
      const real = parents.get(parent) ?? realPath(builder, parent) ?? parent;
      parents.set(parent, real);
      owners.set(posix.join(real, posix.basename(path)), name);
    }
  }
  return owners;
}

/** The command of a service of the package whose program its tests started, as its unit states it. */
function serviceCommand(about: {
  readonly builder: string;
  readonly started: readonly string[];
  readonly owners: ReadonlyMap<string, string>;
  readonly own: ReadonlySet<string>;
}): readonly string[] | undefined {
  const { builder, started, owners, own } = about;
  for (const [path, owner] of owners) {
    if (!own.has(owner) || !/^\/usr\/lib\/systemd\/system\/[^/]+\.service$/u.test(path)) continue;
    const unit = readFileSync(join(builder, path), "utf8").replaceAll(/\\\n/gu, " ");
    const line = /^ExecStart=[-@:+!]*(.*)$/mu.exec(unit)?.[1] ?? "";
    const words = line.split(/\s+/u).filter((word) => word !== "" && !word.includes("$") && !word.includes("%"));
    const program = words[0];
    if (program !== undefined && started.some((one) => realPath(builder, one) === realPath(builder, program))) {
      return words.map((word) => word.replaceAll(/^["']|["']$/gu, ""));
    }
  }
  return undefined;
}
