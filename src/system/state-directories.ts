import type { Feature, FeatureYield } from "../closure/model/feature.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { readGroups, readUsers } from "./accounts/users.ts";

/** `d /run/server 0755 server server -`, with what may stand behind the letter (tmpfiles.d(5)). */
const line =
  /^[dDvqQ][-+!=~^$]*[ \t]+"?(\/(?:run|var)\/[^\s"%]+)"?(?:[ \t]+([~:]?\d{3,4}|-))?(?:[ \t]+(\S+))?(?:[ \t]+(\S+))?/gmu;
const why = "is made for it when a system starts";

/**
 * Directories that tmpfiles.d of packages makes when a system starts, such as /run/server: no container starts one.
 * What the builder has comes as it is there.
 */
export const stateDirectories: Feature = {
  name: "state-directories",
  pointer: "/system",
  async *apply({ root, installTexts }): AsyncIterable<FeatureYield> {
    const matches = installTexts.flatMap((text) => [...text.matchAll(line)]);
    if (matches.length === 0) return;
    const ids = async (
      names: ReturnType<typeof readUsers> | ReturnType<typeof readGroups>,
    ): Promise<Map<string, number>> =>
      new Map((await names).map((one) => [one.name, "uid" in one ? one.uid : one.gid]));
    const [users, groups] = [await ids(readUsers(root)), await ids(readGroups(root))];
    const idOf = (known: ReadonlyMap<string, number>, name = "-"): number | undefined => {
      const plain = name.replace(/^[~:]+/u, "");
      return plain === "-" || plain === "root" ? 0 : /^\d+$/u.test(plain) ? Number(plain) : known.get(plain);
    };
    for (const [, text = "", mode = "-", user, group] of matches) {
      const path = toAbsPath(text);
      const [uid, gid] = [idOf(users, user), idOf(groups, group)];
      if (typeof (await resolveLinks(root, path)) === "object") {
        yield { need: { path, role: "file", evidence: "package", why, optional: true } };
      } else if (uid !== undefined && gid !== undefined) {
        const bits = Number.parseInt(mode === "-" ? "755" : mode.replace(/^[~:]/u, ""), 8);
        yield { generated: { path, kind: "directory", mode: bits, uid, gid, why, evidence: "package" } };
      }
    }
  },
};
