import type { FeatureContext } from "../../closure/model/feature.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { findUser, readUsers, type User } from "./users.ts";

/** Functions that read an account, its shell among it. */
const lookUps = ["getpwnam", "getpwnam_r", "getpwuid", "getpwuid_r"];
const starters = ["execl", "execle", "execlp", "execv", "execve", "execvp", "execvpe", "posix_spawn"];

/**
 * Who starts commands by the shell of an account, such as a filter of mails, finds one for root and for the image's own
 * user, where a shell ships: that of the builder, else `/bin/sh`. For all others, no account has a shell.
 */
export async function withShells(context: FeatureContext, users: readonly User[]): Promise<readonly User[]> {
  const { request, root } = context;
  if (!(await asksForShells(context))) return users;
  const own = await findUser(request, root);
  const given = new Map((await readUsers(root)).map(({ name, shell }) => [name, shell]));
  return Promise.all(
    users.map(async (user) => {
      if (user.uid !== 0 && user.uid !== own?.uid) return user;
      for (const shell of [given.get(user.name) ?? "", "/bin/sh"])
        if (shell.startsWith("/") && (await ships(shell, context))) return { ...user, shell };
      return user;
    }),
  );
}

async function asksForShells({ objects }: FeatureContext): Promise<boolean> {
  for (const { elf } of objects) {
    const imports = (names: readonly string[]): boolean => names.some((name) => elf.importedSymbols.has(name));
    if (imports(lookUps) && imports(starters) && (await elf.holds("\0SHELL\0"))) return true;
  }
  return false;
}

async function ships(shell: string, { root, paths }: FeatureContext): Promise<boolean> {
  const found = await resolveLinks(root, toAbsPath(shell));
  const directory = await resolveLinks(root, parentOf(toAbsPath(shell)));
  if (typeof found !== "object" || typeof directory !== "object") return false;
  const entry = toAbsPath(baseName(toAbsPath(shell)), directory.real);
  return [entry, found.real].every((one) => paths.some(({ path }) => path === one));
}
