import { expect, it } from "vitest";
import { localTimeIn } from "../../../../src/runtimes/perl/local-time.ts";
import { perl } from "../../../../src/runtimes/perl/perl.ts";
import { binary, closureOf } from "../../../support/closure.ts";

const joined = `our $dir = "/etc"; sub place { catfile($dir, @_) } place("localtime"); place('timezone');`;

it.each([
  [joined, ["/etc/localtime", "/etc/timezone"]],
  ['open my $fh, "<", "/etc/timezone";', ["/etc/timezone"]],
  ["print localtime; my %of = (localtime => 1, 'timezone' => 2);", []],
])("knows where a source looks for the local time: %#", (code, found) => {
  expect(localTimeIn(code)).toEqual(found);
});

it("brings the local time of a builder in UTC for a module that looks for it", async () => {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/perl 0755 elf=x86_64
/usr/share/perl/5.40
/usr/share/perl5
//- /usr/share/perl/5.40/strict.pm
//- /usr/bin/tool 0755
#!/usr/bin/perl
use Clock;
//- /usr/share/perl5/Clock.pm
${joined}
//- /etc/localtime -> /usr/share/zoneinfo/Etc/UTC
//- /etc/timezone
Etc/UTC
//- /usr/share/zoneinfo/Etc/UTC
`,
    roots: [binary("/usr/bin/tool")],
    plugins: { runtimes: [perl] },
  });
  const paths = entries.map(({ path }) => path as string).filter((path) => /time|UTC/u.test(path));
  expect(paths).toEqual(["/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo/Etc/UTC"]);
});
