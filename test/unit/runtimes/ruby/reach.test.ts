import { expect, it } from "vitest";
import { trace } from "./trace-ruby.ts";

it("takes only what is required at level reachable", async () => {
  const files = await trace(
    `
    //- /app/app.rb
    require "web"
    require "openssl"
    p "x".encode("EUC-JP")
  `,
    { stdlib: "reachable", prune: "reachable" },
  );
  expect(files).toMatchInlineSnapshot(`
    [
      "/app/app.rb",
      "/lib64/ld-linux-x86-64.so.2",
      "/usr/bin/ruby3.3",
      "/usr/lib/arch/ruby/3.3.0/digest.so",
      "/usr/lib/arch/ruby/3.3.0/enc/encdb.so",
      "/usr/lib/arch/ruby/3.3.0/enc/euc_jp.so",
      "/usr/lib/arch/ruby/3.3.0/openssl.so",
      "/usr/lib/arch/ruby/3.3.0/rbconfig.rb",
      "/usr/lib/libruby-3.3.so.3.3",
      "/usr/lib/libssl.so.3",
      "/usr/lib/ruby/3.3.0/monitor.rb",
      "/usr/lib/ruby/3.3.0/rubygems.rb",
      "/usr/lib/ruby/3.3.0/rubygems/resolver.rb",
      "/usr/lib/ruby/3.3.0/rubygems/version.rb",
      "/usr/lib/ruby/3.3.0/set.rb",
      "/usr/lib/ruby/gems/3.3.0/specifications/default/json-2.7.2.gemspec",
      "/var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/base-1.4.0/base/base.so",
      "/var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/base-1.4.0/gem.build_complete",
      "/var/lib/gems/3.3.0/gems/base-1.4.0/lib/base.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/LICENSE.txt",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/exe/data",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/admin.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/core.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/mime.types",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/plugins/a.rb",
      "/var/lib/gems/3.3.0/specifications/base-1.4.0.gemspec",
      "/var/lib/gems/3.3.0/specifications/web-2.10.0.gemspec",
    ]
  `);
});

it("leaves out at level reachable what stands in for a random device, and debuggers that a gem starts when it is told to", async () => {
  const library = "/usr/lib/ruby/3.3.0";
  const tree = `
    //- ${library}/securerandom.rb
    begin
      Random.urandom(1)
    rescue RuntimeError
      require 'openssl'
    end
    //- ${library}/openssl.rb
    //- ${library}/debug/session.rb
    //- /usr/lib/ruby/vendor_ruby/builder.rb
    require "securerandom"
    def self.stop = require("debug/session")
    //- /app/app.rb
  `;
  const own = async (code: string, env = {}) =>
    (await trace(`${tree}${code}\n`, { stdlib: "reachable", cmd: ["--disable=gems", "app.rb"], env })).filter((path) =>
      /openssl|debug|securerandom|builder/u.test(path),
    );
  const plain = [`${library}/securerandom.rb`, "/usr/lib/ruby/vendor_ruby/builder.rb"];
  expect(await own('    require "builder"')).toEqual(expect.arrayContaining(plain));
  expect(await own('    require "builder"')).toHaveLength(2);
  expect(await own('    require "builder"; require "openssl"')).toContain(`${library}/openssl.rb`);
  expect(await own('    def f = require("debug/session")')).toContain(`${library}/debug/session.rb`);
  expect(await own('    require "builder"', { RAKE_DEBUG: "1" })).toContain(`${library}/debug/session.rb`);
});

it("takes constants of autoload from anywhere in the gem, and data by absolute paths, at reachable", async () => {
  const files = await trace(
    `
    //- /app/app.rb
    require "kit"
    //- /var/lib/gems/3.3.0/specifications/kit-1.0.gemspec
    # stub: kit 1.0 ruby lib
    //- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit.rb
    autoload :Direct
    autoload_under("middleware") { autoload :HostAuthorization }
    autoload_at("kit/errors/all") { autoload :SQLite3Adapter }
    DATA = "/usr/share/kit-data"; Adapters.register("x", "kit/adapters/x_adapter")
    CONFIG = "/etc/kit/kit.conf"; NONE = "/usr/share"
    file = __FILE__
    dir = File.dirname(file)
    FONTS = File.expand_path(File.join(dir, "..", "share", "kit-fonts"))
    require "kit/parser/#{name}"
    //- /var/lib/gems/3.3.0/gems/kit-1.0/share/kit-fonts/b.afm
    //- /var/lib/gems/3.3.0/specifications/kit-parser-more-1.0.gemspec
    # stub: kit-parser-more 1.0 ruby lib
    //- /var/lib/gems/3.3.0/gems/kit-parser-more-1.0/lib/kit/parser/more.rb
    //- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/direct.rb
    //- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/middleware/host_authorization.rb
    //- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/errors/all.rb
    //- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/adapters/sqlite3_adapter.rb
    //- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/adapters/x_adapter.rb
    //- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/unused.rb
    //- /usr/share/kit-data/fonts/a.afm
    //- /etc/kit/kit.conf
  `,
    { prune: "reachable", stdlib: "reachable" },
  );
  expect(files.filter((path) => path.startsWith("/") && path.includes("kit"))).toEqual([
    "/etc/kit/kit.conf",
    "/usr/share/kit-data/fonts/a.afm",
    "/var/lib/gems/3.3.0/gems/kit-1.0/lib/kit.rb",
    "/var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/adapters/sqlite3_adapter.rb",
    "/var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/adapters/x_adapter.rb",
    "/var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/direct.rb",
    "/var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/errors/all.rb",
    "/var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/middleware/host_authorization.rb",
    "/var/lib/gems/3.3.0/gems/kit-1.0/share/kit-fonts/b.afm",
    "/var/lib/gems/3.3.0/gems/kit-parser-more-1.0/lib/kit/parser/more.rb",
    "/var/lib/gems/3.3.0/specifications/kit-1.0.gemspec",
    "/var/lib/gems/3.3.0/specifications/kit-parser-more-1.0.gemspec",
  ]);
});

it("takes every source of a gem that has its constants loaded by their names, at reachable", async () => {
  const app = `
//- /var/lib/gems/3.3.0/specifications/site-1.0.gemspec
# stub: site 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/site-1.0/lib/site.rb
require "zeitwerk"
loader = Zeitwerk::Loader.for_gem
loader.setup
//- /var/lib/gems/3.3.0/gems/site-1.0/lib/site/core/item.rb
require "base"
//- /app/app.rb
require "site"
`;
  const traced = await trace(app, { prune: "reachable" });
  expect(traced).toContain("/var/lib/gems/3.3.0/gems/site-1.0/lib/site/core/item.rb");
  expect(traced).toContain("/var/lib/gems/3.3.0/gems/base-2.0.0/lib/base.rb");
});
