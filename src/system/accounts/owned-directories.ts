import type { FeatureContext, FeatureYield } from "../../closure/model/feature.ts";
import { type AbsPath, childOf, type FileStat, rootPath } from "../../rootfs/rootfs.ts";
import { isOwned } from "../owned.ts";
import { findUser, type User } from "./users.ts";

/** Directories of the root in which the system's own files lie, and those that a container brings with it. */
const ofSystem = /^\/(?:bin|boot|dev|etc|lib\w*|lost\+found|media|mnt|proc|root|sbin|sys|tmp|usr)$/u;
/** Directories that every system has, and those of what a program can make again or starts without. */
const ofEverySystem =
  /^\/(?:home|opt|run(?:\/.*)?|srv|var|var\/(?:backups|cache(?:\/.*)?|lib|local|lock|log|mail|opt|run|spool|tmp))$/u;
/** Directories of root down to here are looked into: `/var/lib/server`. */
const deepest = 3;

/**
 * Directories that the builder's author gave to an account of the image: `install -d -o app /var/lib/app/queue`. The
 * account's programs write there, which nothing needs to name. Of such a tree come its top, and below it what holds
 * no file. So do empty ones of root that no package has: `mkdir /var/lib/app`, which a variable of the container names.
 */
export async function* ownedDirectories(
  context: FeatureContext,
  users: readonly Pick<User, "name" | "uid">[],
): AsyncIterable<FeatureYield> {
  const { request, root } = context;
  const own = await findUser(request, root);
  const owners = new Map(users.map(({ uid, name }) => [uid, name]));
  if (own !== undefined && !owners.has(own.uid)) owners.set(own.uid, `the user ${own.uid}`);
  owners.delete(0);
  const shipped = new Set([...context.paths.map(({ path }) => path), ...(request.process.volumes ?? [])]);
  for (const name of (await root.readDirectory(rootPath)) ?? []) {
    const path = childOf(rootPath, name);
    if (ofSystem.test(path)) continue;
    for await (const { directory, stat } of directoriesOf(context, path, { owners, depth: 1 })) {
      if (shipped.has(directory)) continue;
      const { mode, uid } = stat;
      const why = uid === 0 ? "is empty, and of no package" : `belongs to ${owners.get(uid) ?? String(uid)}`;
      // As with volumes: the user that images have by default did not exist when it was made.
      const owner = uid === 0 && request.process.user === "nonroot" && own !== undefined ? own : stat;
      const place = { path: directory, mode, uid: owner.uid, gid: owner.gid };
      yield { generated: { ...place, kind: "directory", why, evidence: "bound" } };
    }
  }
}

async function* directoriesOf(
  context: FeatureContext,
  path: AbsPath,
  { owners, depth }: { readonly owners: ReadonlyMap<number, string>; readonly depth: number },
): AsyncIterable<{ readonly directory: AbsPath; readonly stat: FileStat }> {
  const { root } = context;
  const stat = await root.lstat(path);
  if (stat?.kind !== "directory") return;
  const isMade = stat.uid === 0 && !ofEverySystem.test(path) && (await root.readDirectory(path))?.length === 0;
  const isGiven = (owners.has(stat.uid) || isMade) && !(await isOwned(context, path));
  if (!isGiven && depth > deepest) return;
  if (isGiven) yield { directory: path, stat };
  // What not everybody may read is not looked into.
  if ((stat.mode & 0o005) !== 0o005) return;
  const below: AbsPath[] = [];
  for (const name of (await root.readDirectory(path)) ?? []) {
    const child = childOf(path, name);
    if ((await root.lstat(child))?.kind === "directory") below.push(child);
    // What holds files is the work of a program or an application: the closure says which of them ship.
    else if (isGiven) return;
  }
  for (const child of below) yield* directoriesOf(context, child, { owners, depth: depth + 1 });
}
