import type { Feature, FeatureContext, FeatureYield } from "../../closure/model/feature.ts";
import { accountsNamed } from "../../formats/text/named-accounts.ts";
import { hasSettings } from "../../rootfs/file-use.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { maximumTextBytes } from "../../rootfs/process-files.ts";
import { type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { applicationTexts, isOfApplication, ownTexts } from "../own-texts.ts";
import { ownedDirectories } from "./owned-directories.ts";
import { withShells } from "./shells.ts";
import { builtInGroups, builtInUsers, findUser, type Group, readGroups, readUsers, type User } from "./users.ts";

const why = "lists users and groups in it";
/** A longer text of another name is a table, such as that of the types of media, whose words name no account. */
const tableBytes = 2 ** 16;
const settingsName = /\.(?:cfg|cnf|conf|config|ini|json|properties|toml|xml|ya?ml)$/u;
/** What the distributions write for an account without a home. */
const noHome = toAbsPath("/nonexistent");
const shadow = toAbsPath("/etc/shadow");
/** Functions that read it. */
const shadowLookUps = ["getspnam", "getspnam_r", "getspent", "getspent_r"];

/**
 * `/etc/passwd` and `/etc/group`: root, nonroot, nobody, those of the spec, and those of the builder that the image
 * uses: its user, the owners of its files, and the users that configuration in /etc and texts of the author name. Never
 * a password: `x` and no shadow file. For who asks for that file, an account without it would be a broken one: a `*`
 * says that none has a password.
 */
export const accounts: Feature = {
  name: "accounts",
  pointer: "/image/accounts",
  async *apply(context): AsyncIterable<FeatureYield> {
    const used = await usedNames(context);
    const users = await withShells(context, await chooseUsers(context, used));
    const groups = await chooseGroups(context, { used, users });
    const base = { kind: "file" as const, mode: 0o644, uid: 0, gid: 0, why };
    const asks = context.objects.some(({ elf }) => shadowLookUps.some((symbol) => elf.importedSymbols.has(symbol)));
    const password = asks && !context.paths.some(({ path }) => path === shadow) ? "*" : "x";
    const passwd = users.map(
      ({ name, uid, gid, comment, home, shell }) => `${name}:${password}:${uid}:${gid}:${comment}:${home}:${shell}\n`,
    );
    const group = groups.map(({ name, gid, members }) => `${name}:x:${gid}:${members.join(",")}\n`);
    yield { generated: { ...base, path: toAbsPath("/etc/passwd"), content: passwd.join("") } };
    yield { generated: { ...base, path: toAbsPath("/etc/group"), content: group.join("") } };
    yield* homes(context, users);
    yield* linksToHomes(context, users);
    yield* ownedDirectories(context, users);
  },
};

/**
 * Homes, as empty directories: that of the image's own user, since programs write their settings and caches there, and
 * those of people, for whom a step of the builder made them. Owner and mode are the builder's, where it has the
 * directory. What else the home holds may be private, and ships only if something asks for it.
 */
async function* homes(context: FeatureContext, users: readonly User[]): AsyncIterable<FeatureYield> {
  const { request, root, paths } = context;
  // Without a place for temporary files, nothing is to be written.
  if (!request.system.tmp) return;
  const own = await findUser(request, root);
  const made = new Set([...builtInUsers, ...request.accounts.users].map(({ name }) => name));
  const byHand = new Set(await addedByHand(root));
  const shipped = new Set(paths.map(({ path }) => path));
  for (const { name, uid, gid, home } of users) {
    if ((uid !== own?.uid && !byHand.has(name)) || !home.startsWith("/")) continue;
    const path = toAbsPath(home);
    if (path === "/" || path === noHome || shipped.has(path)) continue;
    const stat = await root.lstat(path);
    if (stat === undefined ? !made.has(name) : stat.kind !== "directory") continue;
    const { mode, uid: owner, gid: group } = stat ?? { mode: 0o755, uid, gid };
    yield { generated: { path, kind: "directory", mode, uid: owner, gid: group, why: `is the home of ${name}` } };
  }
}

/**
 * Links that lead to the home of an account, where the directory itself ships: `/var/run` of `/var/run/server`. Servers
 * that give their rights away make it their root.
 */
async function* linksToHomes({ root, paths }: FeatureContext, users: readonly User[]): AsyncIterable<FeatureYield> {
  const shipped = new Set(paths.map(({ path }) => path));
  for (const { name, home } of users) {
    if (!home.startsWith("/")) continue;
    const path = toAbsPath(home);
    if (shipped.has(path)) continue;
    const found = await resolveLinks(root, path);
    if (typeof found !== "object" || found.stat.kind !== "directory" || !shipped.has(found.real)) continue;
    yield { need: { path, role: "file", evidence: "rule", why: `is the home of ${name}`, optional: true } };
  }
}

interface Used {
  readonly names: ReadonlySet<string>;
  readonly uids: ReadonlySet<number>;
  readonly gids: ReadonlySet<number>;
}

async function chooseUsers({ request, root }: FeatureContext, used: Used): Promise<readonly User[]> {
  const stated = request.accounts.users.map(({ name, uid, gid, home }) => ({
    name,
    uid,
    gid: gid ?? uid,
    comment: name,
    home: home ?? noHome,
    shell: "/sbin/nologin",
  }));
  const own = (await readUsers(root)).filter((user) => used.names.has(user.name) || used.uids.has(user.uid));
  return byId(firstNames([...stated, ...builtInUsers, ...own]), (user) => user.uid);
}

async function chooseGroups(
  { request, root }: FeatureContext,
  { used, users }: { readonly used: Used; readonly users: readonly User[] },
): Promise<readonly Group[]> {
  const gids = new Set([...used.gids, ...users.map((user) => user.gid)]);
  const names = new Set(users.map((user) => user.name));
  const own = (await readGroups(root)).filter((group) => used.names.has(group.name) || gids.has(group.gid));
  const known = firstNames([...request.accounts.groups, ...builtInGroups, ...own]);
  const taken = new Set(known.map((group) => group.gid));
  const generated = users
    .filter((user) => !taken.has(user.gid) && !known.some((group) => group.name === user.name))
    .map((user) => ({ name: user.name, gid: user.gid, members: [] }));
  const all = [...known, ...generated].map((group) => ({
    ...group,
    members: group.members.filter((member) => names.has(member)),
  }));
  return byId(all, (group) => group.gid);
}

async function usedNames(context: FeatureContext): Promise<Used> {
  const { request, root, paths, configurations } = context;
  const names = new Set(request.process.user.split(":"));
  const user = await findUser(request, root);
  const uids = new Set(user === undefined ? [] : [user.uid]);
  const gids = new Set(user === undefined ? [] : [user.gid]);
  const known = [...(await readUsers(root)), ...(await readGroups(root))].map(({ name }) => name);
  const wanted = new Set(known);
  for (const { path, stat } of paths) {
    uids.add(stat.uid);
    gids.add(stat.gid);
    // Of sources of an application, only what speaks of accounts counts.
    const isSource = isOfApplication(context, path) && !hasSettings(path);
    const isConfiguration = /^\/(?:usr\/local\/)?etc\//u.test(path) || (!isSource && configurations.has(path));
    if (stat.kind !== "file" || !isConfiguration) continue;
    if (stat.sizeBytes > (settingsName.test(path) ? maximumTextBytes : tableBytes)) continue;
    for (const name of await namesIn(root, path, wanted)) names.add(name);
  }
  const words = [
    ...(request.process.entrypoint ?? []),
    ...(request.process.cmd ?? []),
    ...Object.values(request.process.env),
  ];
  for (const word of words.flatMap((text) => text.split(/[=:,\s]/u))) if (wanted.has(word)) names.add(word);
  for await (const { text } of ownTexts(context))
    for (const name of accountsNamed(text)) if (wanted.has(name)) names.add(name);
  for await (const { text } of applicationTexts(context))
    for (const name of accountsNamed(text)) if (wanted.has(name)) names.add(name);
  const added = await addedByPackages(root);
  for (const name of await namesInObjects(context, added)) names.add(name);
  for (const text of context.installTexts) for (const name of wordsOf(text, new Set(added))) names.add(name);
  for (const name of await addedByHand(root)) names.add(name);
  return { names, uids, gids };
}

/** Functions that look an account up by its name. */
const lookUps = ["getpwnam", "getpwnam_r", "getgrnam", "getgrnam_r"];
const firstAddedId = 100;
/** The group `users` has 100 in every distribution. */
const firstAddedGroup = 101;
const firstPersonId = 1000;
const lastPersonId = 60_000;

/** Accounts of people, which no package makes: a step of the builder added them. */
async function addedByHand(root: RootFs): Promise<readonly string[]> {
  const isPerson = (id: number): boolean => id >= firstPersonId && id < lastPersonId;
  return (await readUsers(root)).filter(({ uid }) => isPerson(uid)).map(({ name }) => name);
}

/** The users and groups that packages added to the builder. */
async function addedByPackages(root: RootFs): Promise<readonly string[]> {
  return [
    ...(await readUsers(root)).filter(({ uid }) => uid >= firstAddedId && uid < firstPersonId),
    ...(await readGroups(root)).filter(({ gid }) => gid >= firstAddedGroup && gid < firstPersonId),
  ].map(({ name }) => name);
}

/** Accounts that packages add, by their names in programs and libraries: a server asks for its own by name. */
async function namesInObjects({ objects }: FeatureContext, added: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  const asking = objects.filter(({ elf }) => lookUps.some((symbol) => elf.importedSymbols.has(symbol)));
  for (const name of new Set(added)) {
    for (const { elf } of asking) {
      if (!(await elf.strings(name)).includes(name)) continue;
      found.add(name);
      break;
    }
  }
  return [...found];
}

/** Names of accounts that a configuration has as words outside of comments: most servers are told so whom to run as. */
async function namesIn(
  root: RootFs,
  path: ReturnType<typeof toAbsPath>,
  known: ReadonlySet<string>,
): Promise<readonly string[]> {
  return wordsOf(new TextDecoder().decode((await root.readFile(path)) ?? new Uint8Array()), known);
}

/** The words of a text outside of comments that are names of accounts. */
function wordsOf(text: string, known: ReadonlySet<string>): readonly string[] {
  const lines = text.split("\n").filter((line) => !/^\s*(?:[#;]|\/\/)/u.test(line));
  return lines
    .flatMap((line) => [...line.matchAll(/[A-Za-z_][\w.-]*/gu)].map(([word]) => word))
    .filter((word) => known.has(word));
}

function firstNames<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  return all.filter((one, index) => all.findIndex((other) => other.name === one.name) === index);
}

function byId<T extends { readonly name: string }>(all: readonly T[], idOf: (one: T) => number): readonly T[] {
  return all.toSorted((left, right) => idOf(left) - idOf(right));
}
