import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** A repository as a generator or the first page of a documentation makes it, and what shows that it works. */
export interface Repository {
  readonly name: string;
  readonly kind: string;
  /** True where a generator writes it; otherwise it follows a documentation. */
  readonly isGenerated: boolean;
  /** A script that makes a folder of the repository's name where it runs, or adds to what `files` has put there. */
  readonly make: string;
  readonly files: Readonly<Record<string, string>>;
  /** The path that is asked for, and a part of the answer. */
  readonly path: string;
  readonly has: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Variables of a run that its own documentation asks for in production. */
  readonly env: Readonly<Record<string, string>>;
  /** A part of the output of a program that does not listen. */
  readonly prints: string | undefined;
  /** The code of the error that the build has to end with: nothing of the repository can run. */
  readonly says: string | undefined;
}

const listSchema = z.record(
  z.string(),
  z.strictObject({
    kind: z.string(),
    make: z.string().default(""),
    files: z.record(z.string(), z.string()).default({}),
    path: z.string().default("/"),
    has: z.string().optional(),
    headers: z.record(z.string(), z.string()).default({}),
    env: z.record(z.string(), z.string()).default({}),
    prints: z.string().optional(),
    says: z.string().optional(),
  }),
);

/** All repositories of the lists, by name. */
export function repositories(): readonly Repository[] {
  const folder = join(import.meta.dirname, "lists");
  const found = readdirSync(folder).flatMap((file) => {
    const list = listSchema.parse(parse(readFileSync(join(folder, file), "utf8"), { merge: true }));
    const isGenerated = file.startsWith("generated");
    return Object.entries(list).map(([name, { has, prints, says, ...rest }]) => ({
      name,
      isGenerated,
      ...rest,
      has,
      prints,
      says,
    }));
  });
  return found.sort((left, right) => (left.name < right.name ? -1 : 1));
}
