import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

it("brings the library without what builds and documents, at safe, and that too when it is used", async () => {
  const app = "//- /app/app.pl\nuse Pod::Usage;\n";
  expect(await trace(app, { stdlib: "safe" })).toMatchInlineSnapshot(`
    "file /usr/lib/x86_64-linux-gnu/perl-base/POSIX.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/XSLoader.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/lib.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/parent.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/strict.pm: has it in its standard library
    file /usr/lib/x86_64-linux-gnu/perl-base/warnings.pm: has it in its standard library
    file /usr/share/perl/5.40/FindBin.pm: has it in its standard library
    file /usr/share/perl/5.40/Text/Wrap.pm: has it in its standard library
    file /usr/share/perl/5.40/strict.pm: has its core where it lies
    file /usr/share/perl/5.40/unicore/Name.pl: has it in its standard library
    module /app/app.pl: runs the script of its arguments
    module /usr/share/perl/5.40/Pod/Text.pm: loads Pod::Text (line 1)
    module /usr/share/perl/5.40/Pod/Usage.pm: loads Pod::Usage (line 1)
    object /usr/lib/x86_64-linux-gnu/perl-base/auto/POSIX/POSIX.so: has it in its standard library"
  `);
});

it("takes the files that a module of the core runs below its own name", async () => {
  const app = `
//- /app/app.pl
use Unicode::Collate::Locale;
//- /usr/share/perl/5.40.1/Unicode/Collate/Locale.pm
my $path = "Unicode/Collate/Locale/$f";
my $h = do $path;
//- /usr/share/perl/5.40.1/Unicode/Collate/Locale/sv.pl
//- /usr/share/perl/5.40.1/Unicode/Collate/CJK/Big5.pm
`;
  for (const stdlib of ["safe", "reachable"] as const) {
    const files = await trace(app, { stdlib });
    expect(files.match(/Collate\/(?:Locale|CJK)\/\w+/gu)?.[0]).toBe("Collate/Locale/sv");
  }
});
