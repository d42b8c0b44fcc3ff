import { expect, it } from "vitest";
import { killBuilds } from "../support/killed-builds.ts";

// node test/bench/kills.ts does it a hundred times for each; docs/guides/assembler.md has what came of it.
it.each(["oci", "oci-archive", "docker-archive", "dir", "tar", "registry", "push"] as const)(
  "a run that is killed leaves the old output or the whole new one, and the next succeeds: %s",
  {
    timeout: 300_000,
  },
  async (kind) => {
    const kills = 5;
    const { old, whole } = await killBuilds({ kind, kills, seed: 1, bytes: 4_000_000 });
    expect(old + whole).toBe(kills);
  },
);
