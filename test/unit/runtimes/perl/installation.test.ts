import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { perl } from "../../../../src/runtimes/perl/perl.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

it("is an error when there is no library", async () => {
  const proc = {
    program: toAbsPath("/x/perl"),
    realProgram: toAbsPath("/x/perl"),
    elf: undefined,
    args: [],
    env: {},
  };
  const root = fixtureRoot("//- /x/perl 0755\nELF\n");
  const runtime = await perl.start({
    ...proc,
    root,
    workdir: toAbsPath("/"),
    entries: [],
    appRoot: undefined,
    stdlib: "safe",
    prune: "safe",
    bytecode: "keep",
    architecture: "amd64",
    readElf: () => Promise.resolve(undefined),
    findLibrary: () => Promise.resolve(undefined),
    findProgram: () => Promise.resolve(undefined),
  });
  const found: unknown[] = [];
  for await (const one of runtime.start()) found.push("finding" in one ? one.finding.code : one);
  expect(found).toEqual(["PERL_LIBRARY_MISSING"]);
});
