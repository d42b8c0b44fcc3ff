import { BuildError } from "../../diagnostics/diagnostic.ts";
import { type HeldLock, lockNameOf, lockPrefix, parseLock, parseLockUpdate, renewHint } from "../../plan/lock.ts";
import type { Spec } from "../../spec/spec.ts";
import { type BuildContext, fail } from "../build-context.ts";
import { type Contexts, specFileNames } from "../contexts/contexts.ts";
import type { Engine } from "../engine.ts";

/** Reads the lock file beside the spec; undefined where there is none. Throws LOCK_INVALID. */
export async function readLock(
  contexts: Contexts,
  specName: string,
  picked: { readonly main: Spec; readonly spec: Spec; readonly target: string | undefined },
): Promise<HeldLock | undefined> {
  const name = lockNameOf(specName);
  const bytes = (await contexts.readSpecFiles(specFileNames(specName))).get(name);
  if (bytes === undefined) return undefined;
  const { lock, diagnostics } = parseLock(new TextDecoder().decode(bytes), name);
  if (lock === undefined) throw new BuildError(diagnostics);
  return { name, builders: lock.builders, prefix: lockPrefix(picked.main, picked.spec, picked.target) };
}

/** The packages of which a lock is to have other versions; undefined where it is renewed as a whole. */
export function lockUpdateOf({ options }: Pick<Engine, "options">): ReadonlySet<string> | undefined {
  return parseLockUpdate(options.get("build-arg:LOCK_UPDATE"));
}

/**
 * The digest that the lock has for the image of a builder; undefined where no lock holds the build. Throws LOCK_DRIFT
 * when the lock has another image there, or none.
 */
export function lockedDigest(
  build: BuildContext,
  image: { readonly name: string; readonly builder: string; readonly pointer: string },
): string | undefined {
  const { lock } = build;
  if (lock === undefined) return undefined;
  const locked = lock.builders[lock.prefix + image.builder];
  if (locked?.image?.name === image.name) return locked.image.digest;
  const before =
    locked === undefined
      ? `${lock.name} has no such builder`
      : `${lock.name} has ${locked.image === undefined ? "no image" : `${locked.image.name}@${locked.image.digest}`} there`;
  throw fail(build, image.pointer, {
    severity: "error",
    code: "LOCK_DRIFT",
    message: `cannot start builder ${image.builder} from ${image.name}: ${before}`,
    hint: renewHint,
  });
}
