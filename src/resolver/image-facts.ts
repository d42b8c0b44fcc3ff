import type { ClosureEntry, Finding } from "../closure/model/closure.ts";
import type { ClosureRequest } from "../closure/model/request.ts";
import type { View } from "../closure/model/view.ts";
import type { SettledClosure } from "../closure/walk/resolve.ts";
import type { ClosureAnswer } from "../plan/closure-exchange.ts";
import { defaultPath } from "../rootfs/default-path.ts";
import { type AbsPath, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { findUser } from "../system/accounts/users.ts";
import { findUnreadableFiles } from "./unreadable-files.ts";
import { findUnstartedPackages } from "./unstarted-packages.ts";
import { findUnwritableDirectories } from "./unwritable-directories.ts";

/** Image settings that only the files tell: PATH as far as it exists, the user as numbers, what is started. */
export async function readImageFacts(
  closure: SettledClosure,
  { request, view }: { readonly request: ClosureRequest; readonly view: View },
): Promise<{ readonly config: ClosureAnswer["config"]; readonly findings: readonly Finding[] }> {
  const user = await findUser(request, view.root);
  const findings: readonly Finding[] =
    user === undefined
      ? [
          {
            severity: "error",
            code: "USER_UNKNOWN",
            message: `cannot run as ${request.process.user}: no such user or group in the spec's accounts or in the builder`,
            hint: "write the number, or add the user to `accounts`",
            pointer: "/image/user",
          },
        ]
      : [];
  const { entrypoint, cmd, healthcheck } = closure;
  const isAdopted = request.roots.some(({ kind }) => kind === "entrypoint");
  const packages = isAdopted ? await closure.systemPackages.get(view.name) : undefined;
  const path = await existingPath(closure.entries, { request, view });
  return {
    config: {
      entrypoint,
      cmd,
      path,
      env: {},
      user: userText(closure, user),
      ...(healthcheck === undefined ? {} : { healthcheck }),
    },
    findings: [
      ...findings,
      ...(request.process.isAnyUser === true ? findUnreadableFiles(closure.entries) : []),
      ...(packages === undefined ? [] : await findUnstartedPackages(closure.entries, packages)),
      ...(request.process.isUserUnnamed === true ? findUnwritableDirectories(closure.entries, request.process) : []),
    ],
  };
}

/**
 * The user as numbers. An engine gives a user the groups that list it where no group is stated, so that none is for a
 * member of one; its own is then the one of `/etc/passwd`, which readers of the text take to be its number.
 */
function userText(
  { entries }: SettledClosure,
  { uid, gid }: { readonly uid: number; readonly gid: number } = { uid: 0, gid: 0 },
): string {
  const fieldsOf = (path: string): readonly (readonly string[])[] => {
    const content = entries.find((entry) => entry.path === path)?.content;
    return content !== undefined && "text" in content ? content.text.split("\n").map((line) => line.split(":")) : [];
  };
  const account = fieldsOf("/etc/passwd").find(([, , id]) => id === String(uid));
  const name = account !== undefined && account[3] === String(gid) && gid === uid ? account[0] : undefined;
  const isMember = fieldsOf("/etc/group").some(
    ([, , id, members]) => id !== String(gid) && name !== undefined && members?.split(",").includes(name) === true,
  );
  return isMember ? String(uid) : `${String(uid)}:${String(gid)}`;
}

/** The directories of the builder's PATH that hold a program of the image, in their order. */
async function existingPath(
  entries: readonly ClosureEntry[],
  { request, view }: { readonly request: ClosureRequest; readonly view: View },
): Promise<string> {
  const holders = new Set<AbsPath>();
  for (const { path, kind, mode } of entries) {
    if (kind === "symlink" || (kind === "file" && (mode & 0o111) !== 0)) holders.add(parentOf(path));
  }
  const text = [request.process.env["PATH"] ?? "", view.searchPath ?? "", defaultPath].find((one) => one !== "") ?? "";
  const kept: string[] = [];
  for (const directory of text.split(":")) {
    if (!directory.startsWith("/") || kept.includes(directory)) continue;
    const { real, links } = await view.resolve(toAbsPath(directory));
    const isReachable = links.every((link) => entries.some((entry) => entry.path === link.path));
    if (holders.has(real) && isReachable) kept.push(directory);
  }
  return kept.length === 0 ? defaultPath : kept.join(":");
}
