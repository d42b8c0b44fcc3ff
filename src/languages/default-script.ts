import type { ProcessContext } from "../closure/model/closure.ts";
import { childOf } from "../rootfs/rootfs.ts";

/** Names under which applications keep the program that starts them, in the order of preference. */
const names = ["app", "main", "server"];

/**
 * The arguments that run the program of an application: `app` and the like with the ending of the language, such as
 * `.rb`, else the only program with that ending in the application's directory. Empty when neither is there.
 */
export async function defaultScript(
  { root, appRoot, workdir }: ProcessContext,
  ending: string,
): Promise<readonly string[]> {
  if (appRoot === undefined) return [];
  const programs = ((await root.readDirectory(appRoot)) ?? []).filter((name) => name.endsWith(ending));
  const preferred = names.map((name) => `${name}${ending}`).find((name) => programs.includes(name));
  const name = preferred ?? (programs.length === 1 ? programs[0] : undefined);
  if (name === undefined) return [];
  return [appRoot === workdir && appRoot !== "/" ? name : childOf(appRoot, name)];
}
