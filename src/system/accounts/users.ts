import type { ClosureRequest } from "../../closure/model/request.ts";
import { type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";

/** A line of passwd(5). */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

/** A line of group(5). */
export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const databaseLimit = 2 ** 20;
const idLimit = 2 ** 32 - 1;
const namePattern = /^[A-Za-z0-9_][A-Za-z0-9_.$-]{0,255}$/;

/**
 * The users of the builder. Lines that are none are skipped, and of two with one name the first counts, as for
 * getpwnam(3).
 */
export async function readUsers(root: RootFs): Promise<readonly User[]> {
  const lines = await readLines(root, "/etc/passwd");
  return firstOfEach(
    lines.flatMap(([name = "", , uid = "", gid = "", comment = "", home = "", shell = ""]) =>
      isName(name) && isId(uid) && isId(gid)
        ? [{ name, uid: Number(uid), gid: Number(gid), comment, home, shell }]
        : [],
    ),
  );
}

/** The groups of the builder, read likewise. */
export async function readGroups(root: RootFs): Promise<readonly Group[]> {
  const lines = await readLines(root, "/etc/group");
  return firstOfEach(
    lines.flatMap(([name = "", , gid = "", members = ""]) =>
      isName(name) && isId(gid)
        ? [{ name, gid: Number(gid), members: members.split(",").filter((member) => isName(member)) }]
        : [],
    ),
  );
}

/** The user that the image runs as, as numbers; undefined when there is no such user or group. */
export async function findUser(
  request: Pick<ClosureRequest, "accounts" | "process">,
  root: RootFs,
): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  const [user = "", group] = request.process.user.split(":");
  const users = [
    ...request.accounts.users.map((one) => ({ ...one, gid: one.gid ?? one.uid })),
    ...builtInUsers,
    ...(await readUsers(root)),
  ];
  const found = users.find((one) => (isId(user) ? one.uid === Number(user) : one.name === user));
  const uid = isId(user) ? Number(user) : found?.uid;
  if (uid === undefined) return undefined;
  // Without an entry the engine's own rule holds: group 0.
  if (group === undefined) return { uid, gid: found?.gid ?? 0 };
  if (isId(group)) return { uid, gid: Number(group) };
  const groups = [...request.accounts.groups, ...builtInGroups, ...(await readGroups(root))];
  const gid = groups.find((one) => one.name === group)?.gid;
  return gid === undefined ? undefined : { uid, gid };
}

/**
 * Accounts that every image has. No shell is meant for them. The image's own user has its home, as an empty directory.
 */
export const builtInUsers: readonly User[] = [
  { name: "root", uid: 0, gid: 0, comment: "root", home: "/root", shell: "/sbin/nologin" },
  { name: "nonroot", uid: 65_532, gid: 65_532, comment: "nonroot", home: "/home/nonroot", shell: "/sbin/nologin" },
  { name: "nobody", uid: 65_534, gid: 65_534, comment: "nobody", home: "/nonexistent", shell: "/sbin/nologin" },
];

export const builtInGroups: readonly Group[] = [
  { name: "root", gid: 0, members: [] },
  { name: "nonroot", gid: 65_532, members: [] },
  { name: "nogroup", gid: 65_534, members: [] },
];

async function readLines(root: RootFs, path: string): Promise<readonly (readonly string[])[]> {
  const bytes = await root.readFile(toAbsPath(path), { offset: 0, length: databaseLimit });
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  return text.split("\n").map((line) => line.split(":"));
}

function firstOfEach<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  const byName = new Map<string, T>();
  for (const one of all) if (!byName.has(one.name)) byName.set(one.name, one);
  return [...byName.values()];
}

function isName(text: string): boolean {
  return namePattern.test(text);
}

function isId(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) < idLimit;
}
