import { type AbsPath, compareBytes } from "../../rootfs/rootfs.ts";

/** A licence text, where it stands, and the packages that it is said of. */
export type LicenseTexts = Map<string, { readonly paths: Set<AbsPath>; readonly packages: Set<string> }>;

/** Short names in a machine-readable copyright file (copyright-format 1.0); none in others. */
export function licenseNames(text: string): readonly string[] {
  if (!/^Format(?:-Specification)?:/im.test(text.slice(0, 4096))) return [];
  const names = new Set<string>();
  for (const match of text.matchAll(/^License:[ \t]*(\S[^\n]*)$/gm)) names.add((match[1] ?? "").trim());
  return [...names].toSorted(compareBytes);
}

/** The texts that packages have as their own by those packages' names, then the licences that they refer to. */
export function printLicenses(texts: LicenseTexts): string {
  const parts = [...texts].map(([text, { paths, packages }]) => {
    const [path = ""] = [...paths].sort(compareBytes);
    const isOwn = packages.size > 0;
    const title = isOwn ? [...packages].sort(compareBytes).join(", ") : path;
    return { isOwn, title, text: text.trim() };
  });
  parts.sort((left, right) => Number(right.isOwn) - Number(left.isOwn) || compareBytes(left.title, right.title));
  const line = "=".repeat(78);
  return parts.map(({ title, text }) => `${line}\n${title}\n${line}\n\n${text}\n\n`).join("");
}
