import { z } from "zod";
import { megabytesOf, readResults, today, writeResults } from "../support/results.ts";
import type { DockerfileTrial } from "./dockerfiles.ts";
import type { Sized } from "./sizes.ts";
import type { Trial } from "./trial.ts";

const path = "test/repositories/results.json";

/** What repositories without a spec did, and Dockerfiles as people write them. */
export interface RepositoryResults {
  /** Repositories of a list by the groups of their kinds: how many are built, worked at first, and work now. */
  readonly kinds: readonly {
    readonly list: "first" | "second" | "third" | "fourth";
    readonly kind: string;
    readonly repositories: number;
    readonly built: number;
    readonly atFirst: number;
    readonly now: number;
    /** The smallest and the largest image that works. */
    readonly megabytes?: readonly [number, number] | undefined;
  }[];
  /** The last trial of each repository since then. */
  readonly trials: readonly {
    readonly day: string;
    readonly name: string;
    readonly kind: string;
    readonly reached: "nothing" | "built" | "answered" | "told";
    readonly megabytes?: number | undefined;
  }[];
  /** Images of the same application, as Pith and as others would make them. */
  readonly sizes: readonly {
    readonly application: string;
    readonly way: string;
    readonly megabytes: number;
  }[];
  /** Images of Dockerfiles in megabytes: the engine's own, adopted, and from what pith init --from writes. */
  readonly dockerfiles: readonly {
    readonly name: string;
    readonly own: number;
    readonly adopted: number;
    readonly migrated: number;
    /** The user that had to be added. */
    readonly user?: "root" | undefined;
  }[];
}

const schema: z.ZodType<RepositoryResults> = z.strictObject({
  kinds: z.array(
    z.strictObject({
      list: z.enum(["first", "second", "third", "fourth"]),
      kind: z.string(),
      repositories: z.number(),
      built: z.number(),
      atFirst: z.number(),
      now: z.number(),
      megabytes: z.tuple([z.number(), z.number()]).optional(),
    }),
  ),
  trials: z.array(
    z.strictObject({
      day: z.string(),
      name: z.string(),
      kind: z.string(),
      reached: z.enum(["nothing", "built", "answered", "told"]),
      megabytes: z.number().optional(),
    }),
  ),
  sizes: z.array(z.strictObject({ application: z.string(), way: z.string(), megabytes: z.number() })),
  dockerfiles: z.array(
    z.strictObject({
      name: z.string(),
      own: z.number(),
      adopted: z.number(),
      migrated: z.number(),
      user: z.literal("root").optional(),
    }),
  ),
});

export function readRepositories(): RepositoryResults {
  return readResults(path, schema);
}

/** Takes trials; a repository that was not tried keeps its own. */
export function writeTrials(tried: readonly Trial[]): void {
  const before = readRepositories();
  const trials = tried.map(({ name, kind, reached, bytes }) => ({
    day: today(),
    name,
    kind,
    reached,
    ...(bytes === undefined ? {} : { megabytes: megabytesOf(bytes) }),
  }));
  writeResults(path, { ...before, trials: merged(before.trials, trials) });
}

/** Takes sizes; an application that was not built keeps its own, and an image that does not answer has none. */
export function writeSizes(sized: readonly Sized[]): void {
  const before = readRepositories();
  const built = new Set(sized.map(({ application }) => application));
  const others = before.sizes.filter(({ application }) => !built.has(application));
  const sizes = sized.flatMap(({ application, way, bytes, problem }) =>
    bytes === undefined || problem !== undefined ? [] : [{ application, way, megabytes: megabytesOf(bytes) }],
  );
  writeResults(path, { ...before, sizes: [...others, ...sizes] });
}

/** Takes Dockerfiles whose three images answer the same; the others stay out, since they have no size to compare. */
export function writeDockerfiles(tried: readonly DockerfileTrial[]): void {
  const before = readRepositories();
  const others = before.dockerfiles.filter(({ name }) => !tried.some((one) => one.name === name));
  const dockerfiles = tried.flatMap(({ name, ownBytes, adopted, migrated }) => {
    const sizes = [ownBytes, adopted.bytes, migrated.bytes].map((bytes) => megabytesOf(bytes ?? Number.NaN));
    const [own = 0, adoptedMegabytes = 0, migratedMegabytes = 0] = sizes;
    if (adopted.outcome !== "same" || migrated.outcome !== "same") return [];
    const user = adopted.isWithNamedLine ? { user: "root" as const } : {};
    return [{ name, own, adopted: adoptedMegabytes, migrated: migratedMegabytes, ...user }];
  });
  writeResults(path, { ...before, dockerfiles: merged(others, dockerfiles) });
}

function merged<T extends { readonly name: string }>(before: readonly T[], after: readonly T[]): readonly T[] {
  const others = before.filter(({ name }) => !after.some((one) => one.name === name));
  return [...others, ...after].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
