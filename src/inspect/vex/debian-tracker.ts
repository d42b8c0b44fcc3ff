import { z } from "zod";
import { levelOf } from "./severity.ts";
import type { AffectedVersions, Vulnerability } from "./vulnerability.ts";

/** The JSON of Debian's security tracker: source package -> vulnerability -> releases by code name. */
const trackerSchema = z.record(
  z.string(),
  z.record(
    z.string().regex(/^[A-Z]+-/),
    z.looseObject({
      releases: z.record(
        z.string(),
        z.looseObject({
          status: z.enum(["open", "resolved", "undetermined"]),
          fixed_version: z.string().optional(),
          urgency: z.string().optional(),
        }),
      ),
    }),
  ),
);

/** Reads the tracker's JSON for one release; undefined when the value is something else. */
export function readDebianTracker(value: unknown, release: string | undefined): readonly Vulnerability[] | undefined {
  const parsed = trackerSchema.safeParse(value);
  if (!parsed.success) return undefined;
  return Object.entries(parsed.data).flatMap(([name, found]) =>
    Object.entries(found).flatMap(([id, { releases }]) => {
      const entry = release === undefined ? undefined : releases[release];
      if (entry === undefined) return [];
      const distribution = { id: "debian", release: release ?? "" };
      const affected = toVersions(entry.status, entry.fixed_version);
      const severity = levelOf(entry.urgency);
      const more = severity === undefined ? {} : { severity };
      return [{ id, aliases: [], packages: [{ database: "dpkg", distribution, name, affected, ...more }] }];
    }),
  );
}

function toVersions(status: "open" | "resolved" | "undetermined", fixed: string | undefined): AffectedVersions {
  if (status === "undetermined") return { versions: [], ranges: [], isPartial: true };
  const introduced = { kind: "introduced", version: "0" } as const;
  if (status === "open" || fixed === undefined) return { versions: [], ranges: [[introduced]], isPartial: false };
  // The tracker's way to say that no version of the release was ever affected.
  if (fixed === "0") return { versions: [], ranges: [[]], isPartial: false };
  return { versions: [], ranges: [[introduced, { kind: "fixed", version: fixed }]], isPartial: false };
}
