import type { ClosureEntry } from "../../closure/model/closure.ts";
import { groupDigits } from "../../diagnostics/numbers.ts";
import { compareBytes } from "../../rootfs/rootfs.ts";
import type { Chain } from "./chain.ts";
import { amount, type LargestOf } from "./limits.ts";

const shownPackages = 5;

/** Says what takes most of a figure: the largest file, the fullest directory, the packages with the most bytes. */
export function largestIn(entries: readonly ClosureEntry[], chain: (path: string) => Chain): LargestOf {
  const files = entries.filter(({ kind, hardLinkTo }) => kind === "file" && hardLinkTo === undefined);
  const say: Readonly<Record<Parameters<LargestOf>[0], () => ReturnType<LargestOf>>> = {
    bytes() {
      const [largest] = files.toSorted((a, b) => b.sizeBytes - a.sizeBytes || compareBytes(a.path, b.path));
      if (largest === undefined) return { text: "no file is in it" };
      const { text, origin } = chain(largest.path);
      const size = amount(largest.sizeBytes, "bytes");
      return withOrigin(`the largest file is ${largest.path} with ${size}${text}`, origin);
    },
    files() {
      const [directory, first, number] = fullest(files);
      const { text, origin } = chain(first);
      return withOrigin(`${directory} has ${groupDigits(number)} of them${text}`, origin);
    },
    packages() {
      const largestFirst = [...sizesByOwner(files)].sort(([a, left], [b, right]) => right - left || compareBytes(a, b));
      const names = largestFirst.slice(0, shownPackages).map(([name]) => name);
      return { text: `the largest are ${names.join(", ")}` };
    },
  };
  return (figure) => say[figure]();
}

function withOrigin(text: string, origin: string | undefined): ReturnType<LargestOf> {
  return { text, ...(origin === undefined || origin === "" ? {} : { origin }) };
}

/** Directories are compared at this depth: /usr/local/lib/python3.13. */
const depth = 4;

function fullest(files: readonly ClosureEntry[]): readonly [directory: string, first: string, count: number] {
  const counts = new Map<string, { readonly first: string; count: number }>();
  for (const { path } of files) {
    const parts = path.split("/");
    const directory = parts.slice(0, Math.min(depth + 1, parts.length - 1)).join("/");
    const known = counts.get(directory);
    if (known === undefined) counts.set(directory, { first: path, count: 1 });
    else known.count++;
  }
  const [best] = [...counts].sort(([a, left], [b, right]) => right.count - left.count || compareBytes(a, b));
  return best === undefined ? ["/", "/", 0] : [best[0] === "" ? "/" : best[0], best[1].first, best[1].count];
}

function sizesByOwner(files: readonly ClosureEntry[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { owner, sizeBytes } of files) {
    if (owner !== undefined) sizes.set(owner, (sizes.get(owner) ?? 0) + sizeBytes);
  }
  return sizes;
}
