import { readOsvRecord } from "../../../../src/inspect/vex/osv.ts";

type OsvRecord = Exclude<ReturnType<typeof readOsvRecord>, string | undefined>;

/** A record of a vulnerability in the functions that `imports` names. */
export function recordOf(
  imports: readonly object[],
  {
    ecosystem = "Go",
    name = "example.org/m",
    fixed = "1.2.0",
  }: Partial<Record<"ecosystem" | "name" | "fixed", string>> = {},
): OsvRecord {
  const record = readOsvRecord({
    id: "GO-2026-1",
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }],
        ecosystem_specific: { imports },
      },
    ],
  });
  if (typeof record !== "object") throw new Error("the record is none");
  return record;
}
