import { expect, it, test } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { perl } from "../../../../src/runtimes/perl/perl.ts";
import { shell } from "../../../../src/runtimes/shell/shell.ts";
import { binary, closureOf } from "../../../support/closure.ts";

const builder = `
//- /usr/bin/perl 0755 elf=x86_64
/usr/share/perl/5.40
/usr/share/perl5
//- /usr/share/perl/5.40/strict.pm
//- /usr/share/perl/5.40/FindBin.pm
//- /usr/share/perl5/First.pm
1;
//- /usr/bin/first 0755
#!/usr/bin/perl
use First;
//- /usr/lib/second/run 0755
#!/usr/bin/perl
use FindBin;
use lib "$FindBin::Bin/lib";
use Second;
//- /usr/lib/second/lib/Second.pm
1;
//- /var/lib/dpkg/status
Package: first
Status: install ok installed
Version: 1
Architecture: amd64

Package: second
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/first.list
/usr/bin/first
/usr/share/perl5/First.pm
//- /var/lib/dpkg/info/second.list
/usr/lib/second/run
/usr/lib/second/lib/Second.pm
`;

it.each([
  ["/usr/bin/first", "/usr/lib/second/run"],
  ["/usr/lib/second/run", "/usr/bin/first"],
])("programs that packages installed share a run-time, and each has its own modules: %s, %s", async (...programs) => {
  const { entries } = await closureOf({
    root: builder,
    roots: programs.map((path, index) => binary(path, { index })),
    plugins: { runtimes: [perl], packages: [dpkg] },
  });
  const modules = entries.flatMap(({ path }) =>
    path.endsWith("First.pm") || path.endsWith("Second.pm") ? [path] : [],
  );
  expect(modules).toEqual(["/usr/lib/second/lib/Second.pm", "/usr/share/perl5/First.pm"]);
});

test("code and arguments of such processes bring what they name", async () => {
  const { entries } = await closureOf({
    root: `${builder}//- /usr/share/perl5/Second.pm
1;
//- /usr/share/perl5/Kit/Third.pm
1;
//- /bin/sh 0755 elf=x86_64
//- /start.sh 0755
#!/bin/sh
perl -e 'use First;'
perl -e 'use Second;'
perl -e 'load(shift)' Kit::Third
`,
    roots: [binary("/start.sh")],
    process: { env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [perl, shell], packages: [dpkg] },
  });
  const modules = entries.flatMap(({ path }) => (/perl5\/.*\.pm$/u.test(path) ? [path.slice(17)] : []));
  expect(modules).toEqual(["First.pm", "Kit/Third.pm", "Second.pm"]);
});
