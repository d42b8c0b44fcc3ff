import { firstNamesAndCount } from "../../diagnostics/first-names.ts";
import { groupName } from "../../rootfs/group-name.ts";
import type { FileStat } from "../../rootfs/rootfs.ts";
import type { GraphNode } from "../model/graph.ts";
import type { Views } from "./roots.ts";
import type { Worklist } from "./worklist.ts";

const setgid = 0o2000;
const setuid = 0o4000;

/** One warning for all programs that lose the bit which lets them act as another user, or as another group. */
export async function tellStripped(work: Worklist, all: readonly GraphNode[], views: Views): Promise<void> {
  const nodes = all.filter(({ stat }) => !hasMembers(work, stat));
  const [first] = nodes;
  if (first === undefined) return;
  const paths = nodes.map(({ path }) => path);
  const message = `cannot keep the setuid or setgid bit of ${firstNamesAndCount(paths, 6)}: no file of an image has one`;
  const hint = await adviceFor(work, nodes, views);
  work.warn(first.path, { code: "FILE_SETUID_STRIPPED", path: first.path, message, hint });
}

/** True where the bit is that of a group alone to which the spec gives members: nobody needs it then. */
function hasMembers({ request }: Worklist, { mode, gid }: FileStat): boolean {
  const isOfGroup = (mode & setuid) === 0 && (mode & setgid) !== 0;
  return isOfGroup && request.accounts.groups.some((group) => group.gid === gid && group.members.length > 0);
}

/** A member of the group may do what the bit of the group let everybody do. */
async function adviceFor({ request }: Worklist, nodes: readonly GraphNode[], views: Views): Promise<string> {
  const asUser = `run ${nodes.length === 1 ? "the program" : "each program"} as the user that it needs`;
  const [first] = nodes;
  if (first === undefined || nodes.some(({ stat }) => (stat.mode & setuid) !== 0 || (stat.mode & setgid) === 0))
    return asUser;
  const { gid } = first.stat;
  const name = nodes.every(({ stat }) => stat.gid === gid)
    ? await groupName(views.get(first.view)?.root, gid)
    : undefined;
  if (name === undefined) return "make the users that run them members of their groups in `accounts.groups`";
  const [user = ""] = request.process.user.split(":");
  const member = /^(?:\d+|root|)$/u.test(user) ? "USER" : user;
  const group = `{name: ${name}, gid: ${String(gid)}, members: [${member}]}`;
  return `make who runs ${nodes.length === 1 ? "it" : "them"} a member: \`accounts: {groups: [${group}]}\``;
}
