import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

it("reads what the arguments of a script name, such as the application of a server", async () => {
  const app = `//- /app/server
#!/usr/bin/perl
//- /app/site.psgi
use Shop;
`;
  const traced = await trace(app, { args: ["server", "--app=site.psgi", "--port", "80"], prune: "reachable" });
  expect(traced).toContain("module /app/site.psgi: has it among its arguments");
  expect(traced).toContain("module /usr/share/perl5/Shop.pm");
});

it("loads the modules that the arguments of a script name, as a formatter of a runner", async () => {
  const app = `//- /app/server
#!/usr/bin/perl
//- /usr/share/perl5/Own/Format.pm
//- /usr/share/perl5/Own/Store.pm
`;
  const traced = await trace(app, { args: ["server", "--format", "Own::Format", "--store=Own::Store"] });
  for (const name of ["Format", "Store"]) expect(traced).toContain(`module /usr/share/perl5/Own/${name}.pm`);
});

it("reads the sources of directories of the application that it is told to run", async () => {
  const app = `//- /app/app.pl
//- /app/t/one.t
use Check;
//- /usr/share/perl5/Check.pm
`;
  const told = { prune: "reachable", args: ["/app/app.pl", "-v", "t"] } as const;
  expect(await trace(app, told)).toContain("/usr/share/perl5/Check.pm");
  expect(await trace(app, { prune: "reachable" })).not.toContain("/usr/share/perl5/Check.pm");
});
