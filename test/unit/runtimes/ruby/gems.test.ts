import { expect, it } from "vitest";
import { processFiles } from "../../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { featureBelow } from "../../../../src/runtimes/ruby/gems.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

it("takes a source of a feature from any directory before its compiled part", async () => {
  const files = processFiles(
    fixtureRoot(`
//- /arch/ox.so
//- /arch/both.so
//- /lib/ox.rb
//- /lib/own.so
`),
  );
  const found = (name: string) => featureBelow([toAbsPath("/arch"), toAbsPath("/lib")], name, files);
  expect(await found("ox")).toBe("/lib/ox.rb");
  expect(await found("ox.so")).toBe("/arch/ox.so");
  expect(await found("own")).toBe("/lib/own.so");
  expect(await found("none")).toBeUndefined();
});
