import { expect, it } from "vitest";
import { touchesClosures, touchesReleases } from "../../../scripts/lib/change.ts";

it("a change of what decides which files ship runs the corpus", () => {
  expect(touchesClosures(["README.md", "src/runtimes/python/python.ts"])).toBe(true);
  expect(touchesClosures(["src/packages/dpkg/dpkg.ts"])).toBe(true);
  expect(touchesClosures(["src/closure/walk/resolve.ts"])).toBe(true);
  expect(touchesClosures(["test/corpus/programs/web/nginx.yaml"])).toBe(true);
});

it("any other change does not", () => {
  expect(touchesClosures([])).toBe(false);
  expect(touchesClosures(["docs/testing.md", "src/cli/commands.ts", "src/inspect/sbom/spdx.ts"])).toBe(false);
});

it("what a release is made of makes a release", () => {
  expect(touchesReleases(["scripts/release/sbom.ts"])).toBe(true);
  expect(touchesReleases(["package-lock.json"])).toBe(true);
  expect(touchesReleases(["src/closure/walk/resolve.ts", "README.md"])).toBe(false);
});
