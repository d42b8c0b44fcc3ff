import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-ruby.ts";

it("ships gems whole by default, with what they depend on, in the versions that they ask for", async () => {
  const files = await trace(`
    //- /app/app.rb
    require "web"
    # require "tests"
    require "lost"
    require "xmlrpc/client"
    begin require "gone"; rescue LoadError; end
    require_relative "own/a"; ffi_lib "libmagic.so.1"
    //- /app/own/a.rb
    load "own/b.rb"
    ffi_lib "/usr/lib/#{RbConfig::CONFIG['arch']}/libsass.#{ext}"
    //- /app/own/b.rb
  `);
  expect(files).toMatchInlineSnapshot(`
    [
      "/app/app.rb",
      "/app/own/a.rb",
      "/app/own/b.rb",
      "/lib64/ld-linux-x86-64.so.2",
      "/usr/bin/ruby3.3",
      "/usr/lib/arch/ruby/3.3.0/digest.so",
      "/usr/lib/arch/ruby/3.3.0/enc/encdb.so",
      "/usr/lib/arch/ruby/3.3.0/enc/euc_jp.so",
      "/usr/lib/arch/ruby/3.3.0/openssl.so",
      "/usr/lib/arch/ruby/3.3.0/rbconfig.rb",
      "/usr/lib/libmagic.so.1",
      "/usr/lib/libruby-3.3.so.3.3",
      "/usr/lib/libsass.so",
      "/usr/lib/libssl.so.3",
      "/usr/lib/ruby/3.3.0/json.rb",
      "/usr/lib/ruby/3.3.0/json/ext.rb",
      "/usr/lib/ruby/3.3.0/monitor.rb",
      "/usr/lib/ruby/3.3.0/rubygems.rb",
      "/usr/lib/ruby/3.3.0/rubygems/resolver.rb",
      "/usr/lib/ruby/3.3.0/rubygems/version.rb",
      "/usr/lib/ruby/3.3.0/set.rb",
      "/usr/lib/ruby/gems/3.3.0/specifications/default/json-2.7.2.gemspec",
      "/usr/lib/ruby/vendor_ruby/xmlrpc.rb",
      "/usr/lib/ruby/vendor_ruby/xmlrpc/client.rb",
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
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/unused.rb",
      "/var/lib/gems/3.3.0/specifications/base-1.4.0.gemspec",
      "/var/lib/gems/3.3.0/specifications/web-2.10.0.gemspec",
      "MODULE_MISSING: cannot find module lost: required at /app/app.rb:3, no file of the load path and no gem has it; asked for by /usr/bin/ruby3.3 <- /usr/bin/ruby",
    ]
  `);
});

it.each([
  { name: "and Ruby's own copy, where a bundle lacks the gem", bundle: "//- /app/Gemfile", isOwn: true },
  { name: "alone without a bundle", bundle: "", isOwn: false },
])("takes a newer version of a default gem $name, at reachable", async ({ bundle, isOwn }) => {
  const files = await trace(
    `
//- /usr/lib/ruby/3.3.0/bundler/setup.rb
//- /usr/share/rubygems-integration/all/specifications/json-2.9.1.gemspec
# stub: json 2.9.1 ruby lib
//- /usr/share/rubygems-integration/all/gems/json-2.9.1/lib/json.rb
${bundle}
//- /app/app.rb
require "bundler/setup"
require "json"
`,
    { appRoot: toAbsPath("/app"), prune: "reachable", stdlib: "reachable" },
  );
  expect(files).toContain("/usr/share/rubygems-integration/all/gems/json-2.9.1/lib/json.rb");
  expect(files.includes("/usr/lib/ruby/3.3.0/json.rb")).toBe(isOwn);
  expect(files.includes("/usr/lib/ruby/3.3.0/json/ext.rb")).toBe(isOwn);
});

it("takes Ruby's own copy beside an older version of a default gem, at reachable", async () => {
  const files = await trace(
    `
//- /usr/share/rubygems-integration/all/specifications/json-2.6.0.gemspec
# stub: json 2.6.0 ruby lib
//- /usr/share/rubygems-integration/all/gems/json-2.6.0/lib/json.rb
//- /app/app.rb
require "json"
`,
    { appRoot: toAbsPath("/app"), prune: "reachable", stdlib: "reachable" },
  );
  expect(files).toContain("/usr/share/rubygems-integration/all/gems/json-2.6.0/lib/json.rb");
  expect(files).toContain("/usr/lib/ruby/3.3.0/json.rb");
});
