import { expect, test } from "vitest";
import { notesOf, tagsOf } from "../../../../scripts/release/versions.ts";

test("a version has tags from the one that moves most", () => {
  expect(tagsOf("1.4.2")).toEqual(["1", "1.4", "1.4.2", "edge"]);
  expect(tagsOf("2.0.0-rc.1")).toEqual(["2.0.0-rc.1", "edge"]);
  expect(() => tagsOf("1.4")).toThrow("a version is MAJOR.MINOR.PATCH");
});

test("notes are the part of the changelog", () => {
  const changelog =
    "# Changelog\n\n## [Unreleased]\n\n- new\n\n## [1.1.0] - 2026-01-02\n\n- a fix\n\n## [1.0.0] - 2025-01-02\n";
  expect(notesOf(changelog, { version: "1.1.0", isDryRun: false })).toBe("# Pith 1.1.0\n\n- a fix\n");
  expect(notesOf(changelog, { version: "1.2.0", isDryRun: true })).toContain("- new");
  expect(() => notesOf(changelog, { version: "1.2.0", isDryRun: false })).toThrow('no part "## [1.2.0] - DATE"');
});
