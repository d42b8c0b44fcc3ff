import { expect, it } from "vitest";
import { trace } from "./trace-perl.ts";

it("follows modules of the application that a framework is given by name, but for tests and installed ones", async () => {
  const app = `//- /app/script/start
use Mojolicious::Commands;
Mojolicious::Commands->start_app("Site");
//- /app/lib/Site.pm
package Site;
use Shop;
1;
//- /app/script/check
#!/usr/bin/env perl
use Web;
//- /app/t/lib/Tested.pm
use Other;
`;
  const traced = await trace(app, { args: ["script/start"], prune: "reachable" });
  expect(traced).toContain("module /app/script/check: may load it by its name");
  expect(traced).toContain("module /app/lib/Site.pm: may load it by its name");
  expect(traced).toContain("module /usr/share/perl5/Shop.pm");
  expect(traced).not.toContain("Tested.pm");
});
