import { expect, it } from "vitest";
import { trace } from "./trace-ruby.ts";

it("requires the names that a gem has in a table, where another of its sources requires a name of one", async () => {
  const gem = (load: string) => `
//- /app/app.rb
require "markup"
//- /var/lib/gems/3.3.0/specifications/markup-1.0.gemspec
# stub: markup 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/markup-1.0/lib/markup.rb
require "markup/load"
register(:redcloth, /textile/, "creole")
//- /var/lib/gems/3.3.0/gems/markup-1.0/lib/markup/load.rb
${load}
//- /usr/lib/ruby/vendor_ruby/redcloth.rb
//- /usr/lib/ruby/vendor_ruby/creole.rb
//- /usr/lib/ruby/vendor_ruby/other.rb
`;
  const vendored = async (load: string, prune: "safe" | "reachable") =>
    (await trace(gem(load), { prune })).filter((path) => /vendor_ruby\/(?:redcloth|creole|other)/u.test(path));
  const both = ["/usr/lib/ruby/vendor_ruby/creole.rb", "/usr/lib/ruby/vendor_ruby/redcloth.rb"];
  expect(await vendored("def load = require(gem_name)", "safe")).toEqual(both);
  expect(await vendored("def load = require(gem_name)", "reachable")).toEqual(both);
  expect(await vendored("def load = 1", "reachable")).toEqual([]);
});
