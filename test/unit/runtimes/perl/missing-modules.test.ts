import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

it("tells of modules that are nowhere, and of names that only the run tells", async () => {
  const app = `//- /app/app.pl
use Gone::Away;
eval { require Optional::One };
eval "use Optional::Two";
require $ARGV[0];
`;
  expect(await trace(app)).toMatchInlineSnapshot(`
    "error PERL_MODULE_MISSING: cannot load Gone::Away: line 1 of /app/app.pl uses it, not found on @INC (/usr/lib/x86_64-linux-gnu/perl5/5.40:/usr/share/perl5:/usr/lib/x86_64-linux-gnu/perl-base:/usr/share/perl/5.40)
    file /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: has its core where it lies
    file /usr/share/perl/5.40/strict.pm: has its core where it lies
    module /app/app.pl: runs the script of its arguments
    module /usr/lib/x86_64-linux-gnu/perl-base/XSLoader.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/lib.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: loads it for what the language itself has
    module /usr/lib/x86_64-linux-gnu/perl-base/warnings.pm: loads it for what the language itself has
    unknown require $ARGV[0]: {"kind":"anything"}"
  `);
  const other = "//- /app/app.pl\nBEGIN { unshift @INC, split /:/, $ENV{X} }\nuse Gone::Away;\n";
  expect(await trace(other)).toContain("warning PERL_MODULE_MISSING: cannot load Gone::Away: line 2");
});
