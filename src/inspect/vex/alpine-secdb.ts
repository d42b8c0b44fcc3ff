import { z } from "zod";
import type { AffectedPackage, Vulnerability } from "./vulnerability.ts";

/** Alpine's list of what each release fixed, for one repository of it (secdb.alpinelinux.org). */
const secdbSchema = z.looseObject({
  distroversion: z.string(),
  reponame: z.string(),
  packages: z
    .array(
      z.looseObject({
        pkg: z.looseObject({ name: z.string(), secfixes: z.record(z.string(), z.array(z.string()).nullish()) }),
      }),
    )
    .nullish(),
});

/**
 * Reads Alpine's list: source package -> version -> vulnerabilities that it fixed. Version `0`: the package never had
 * them. Undefined where the value is something else.
 */
export function readAlpineSecdb(value: unknown): readonly Vulnerability[] | undefined {
  const parsed = secdbSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { distroversion, packages } = parsed.data;
  const release = /^v?\d/.test(distroversion) ? { release: distroversion.replace(/^v/, "") } : {};
  const found = new Map<string, { readonly aliases: Set<string>; readonly packages: AffectedPackage[] }>();
  for (const { pkg } of packages ?? []) {
    for (const [version, listed] of Object.entries(pkg.secfixes)) {
      for (const names of listed ?? []) {
        // `CVE-2019-17349 XSA-295 (+ regression)`: the first name is the one, the others are its names elsewhere.
        const [id, ...others] = names.split(/[^\w-]+/u).filter((word) => /^[A-Z]+-[\w-]*\d/u.test(word));
        if (id === undefined) continue;
        const known = found.get(id) ?? { aliases: new Set(), packages: [] };
        for (const other of others) known.aliases.add(other);
        const introduced = { kind: "introduced", version: "0" } as const;
        const ranges = version === "0" ? [[]] : [[introduced, { kind: "fixed", version } as const]];
        known.packages.push({
          database: "apk",
          distribution: { id: "alpine", ...release },
          name: pkg.name,
          affected: { versions: [], ranges, isPartial: false },
        });
        found.set(id, known);
      }
    }
  }
  return [...found].map(([id, one]) => ({ id, aliases: [...one.aliases].sort(), packages: one.packages }));
}
