import { compareBytes } from "../../rootfs/rootfs.ts";

/** Short names in a machine-readable copyright file (copyright-format 1.0); none in others. */
export function licenseNames(text: string): readonly string[] {
  if (!/^Format(?:-Specification)?:/im.test(text.slice(0, 4096))) return [];
  const names = new Set<string>();
  for (const match of text.matchAll(/^License:[ \t]*(\S[^\n]*)$/gm)) names.add((match[1] ?? "").trim());
  return [...names].toSorted(compareBytes);
}
