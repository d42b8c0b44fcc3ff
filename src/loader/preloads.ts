import type { LoaderOptions } from "../closure/model/loader.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { readWhole } from "./loader-facts.ts";
import type { SearchRules } from "./objects.ts";

/** The libraries that LD_PRELOAD and, with glibc, `/etc/ld.so.preload` name, in loading order. */
export async function preloads(
  options: LoaderOptions,
  rules: SearchRules,
): Promise<readonly { readonly name: string; readonly why: string }[]> {
  const named = (options.env["LD_PRELOAD"] ?? "").split(rules.preloadSeparator).filter((name) => name !== "");
  const listed = rules.checksVersions
    ? await readWhole(options.root, toAbsPath("/etc/ld.so.preload"), 2 ** 16)
    : undefined;
  const lines = listed === undefined ? "" : new TextDecoder().decode(listed).replaceAll(/#.*/gu, "");
  return [
    ...named.map((name) => ({ name, why: `preloads ${name} (LD_PRELOAD)` })),
    ...lines
      .split(/[\s:]+/u)
      .filter((name) => name !== "")
      .map((name) => ({ name, why: `preloads ${name} (/etc/ld.so.preload)` })),
  ];
}
