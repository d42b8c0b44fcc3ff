import { expect, test } from "vitest";
import { parseReleaseOptions } from "../../../../scripts/release/options.ts";

test("the words of a release", () => {
  expect(parseReleaseOptions(["--dry-run", "--publish", "localhost:5000/"])).toEqual({
    isDryRun: true,
    folder: undefined,
    keyFile: undefined,
    registry: "localhost:5000",
    architectures: ["amd64", "arm64"],
  });
  expect(parseReleaseOptions(["--architecture", "amd64"])?.architectures).toEqual(["amd64"]);
  for (const words of [["--architecture", "mips"], ["--help"], ["--unknown"]])
    expect(parseReleaseOptions(words)).toBeUndefined();
});
