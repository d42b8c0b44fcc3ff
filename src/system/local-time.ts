import type { Need } from "../closure/model/closure.ts";
import type { FeatureContext } from "../closure/model/feature.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, toAbsPath } from "../rootfs/rootfs.ts";

export const localtime: AbsPath = toAbsPath("/etc/localtime");
/** The name of the same zone, for those that do not read the link. */
const zoneName = toAbsPath("/etc/timezone");

/** The C library and its loader go on in UTC where there is no local time, as all that asks them does. */
const ofSystem = /\/(?:libc|ld)[-.][^/]*$/u;

/** The last line of a zone's file is the rule of its clock. */
const inUtc = /\n(?:UTC|GMT)0\n$/u;

/**
 * The local time of the builder, where the spec does not say another: it is the author's choice where it is not UTC,
 * and an object that names its file may not start without it.
 */
export async function* localTime({ root, objects }: FeatureContext): AsyncIterable<Need> {
  const stated = await resolveLinks(root, localtime);
  if (stated === undefined || stated === "loop" || stated.stat.kind !== "file") return;
  const bytes = await root.readFile(stated.real);
  if (bytes === undefined) return;
  const evidence = "rule";
  if (!inUtc.test(Buffer.from(bytes).toString("latin1"))) {
    const why = "is in the local time of the builder";
    for (const path of [localtime, zoneName]) yield { path, role: "file", evidence, why, optional: true };
    return;
  }
  const from = await nameOf(objects);
  if (from !== undefined) yield { path: localtime, role: "file", evidence, why: `${from} names it`, optional: true };
}

async function nameOf(objects: FeatureContext["objects"]): Promise<AbsPath | undefined> {
  for (const { path, elf } of objects) {
    if (!ofSystem.test(path) && (await elf.strings(localtime)).includes(localtime)) return path;
  }
  return undefined;
}
