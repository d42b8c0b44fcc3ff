import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-perl.ts";

it("starts the programs that sources of the application start, and tells of those that only the run knows", async () => {
  const app = `//- /app/app.pl
system("convert", "a.png", "b.png");
my $log = \`git log | head\`;
exec($ARGV[0]);
system($given);
`;
  const findProgram = (name: string) => Promise.resolve(toAbsPath(`/usr/bin/${name}`));
  const traced = await trace(app, { prune: "reachable", findProgram });
  expect(traced).toContain("program /usr/bin/convert: starts convert");
  expect(traced).toContain("program /bin/sh: starts git log | head");
  expect(traced).toContain('unknown system($given): {"kind":"anything"}');
});
