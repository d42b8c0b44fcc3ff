import type { Finding } from "../closure/model/closure.ts";
import type { AbsPath } from "../rootfs/rootfs.ts";
import type { LoadedObject } from "./objects.ts";

/**
 * Two files of one soname in one process, where some object needs that name: each brings its own state, and symbols
 * come from whichever was first. `firstNew` is the index of the first object that was not looked at before.
 */
export function duplicateSonames(
  objects: readonly LoadedObject[],
  around: {
    readonly firstNew: number;
    readonly variants: ReadonlySet<LoadedObject>;
    readonly program: AbsPath;
  },
): readonly Finding[] {
  const { firstNew, variants, program } = around;
  if (firstNew < 0) return [];
  const firsts = new Map<string, LoadedObject>();
  const pairs: (readonly [first: LoadedObject, second: LoadedObject])[] = [];
  for (const [index, object] of objects.entries()) {
    const { soname } = object.elf;
    if (soname === undefined || variants.has(object)) continue;
    const first = firsts.get(soname);
    if (first === undefined) firsts.set(soname, object);
    else if (index >= firstNew) pairs.push([first, object]);
  }
  return pairs.flatMap(([first, second]) => {
    const soname = second.elf.soname ?? "";
    if (!objects.some(({ elf }) => elf.needed.includes(soname))) return [];
    return {
      severity: "warning",
      code: "LIBRARY_TWICE",
      message: `cannot tell which ${soname} ${program} uses: it loads ${first.path} and ${second.path}`,
      path: second.path,
      hint: "build what loads them against one of the two, or leave the other out",
    };
  });
}
