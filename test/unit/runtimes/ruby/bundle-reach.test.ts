import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-ruby.ts";

it("follows programs that Bundler runs", async () => {
  const bundled = `
    //- /usr/lib/ruby/3.3.0/bundler.rb
    //- /usr/lib/ruby/3.3.0/bundler/setup.rb
    //- /usr/bin/bundle 0755
    #!/usr/bin/ruby
    load Gem.activate_bin_path("bundler", "bundle", version)
    //- /var/lib/gems/3.3.0/bin/web 0755
    #!/usr/bin/ruby
    load Gem.activate_bin_path('web', 'web', version)
    //- /app/Gemfile
    //- /app/Gemfile.lock
    //- /app/app.rb
    require "bundler/setup"
    Bundler.require
  `;
  const files = await trace(bundled, { cmd: ["-S", "bundle", "exec", "web"] });
  expect(files.filter((path) => /bundle|web-|Gemfile/u.test(path))).toMatchInlineSnapshot(`
    [
      "/app/Gemfile",
      "/app/Gemfile.lock",
      "/usr/bin/bundle",
      "/usr/lib/ruby/3.3.0/bundler.rb",
      "/usr/lib/ruby/3.3.0/bundler/setup.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/LICENSE.txt",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/exe/data",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/exe/web",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/admin.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/core.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/mime.types",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/plugins/a.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/unused.rb",
      "/var/lib/gems/3.3.0/specifications/web-2.10.0.gemspec",
    ]
  `);
});

it("takes what Gemfiles list, sources that nothing requires, and what they find from their places, at reachable", async () => {
  const files = await trace(
    `
    //- /app/app.rb
    puts 1
    //- /app/models/shop.rb
    require "base/base"
    //- /app/bin/console
    #!/usr/bin/env ruby
    require "xmlrpc/client"
    //- /app/bin/notes
    require "other"
    //- /app/Gemfile
    gem "web", "~> 2.0"
    gem "listed", require: "listed/entry"
    gem "quiet", require: false
    group :development, :test do
      gem "lint"
    end
    gem "spec", group: :test
    //- /var/lib/gems/3.3.0/specifications/listed-1.0.gemspec
    # stub: listed 1.0 ruby lib
    //- /var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/entry.rb
    ROOT = File.expand_path("../../..", __FILE__)
    TEMPLATES = File.join(ROOT, "templates")
    Dir[File.join(__dir__, "plugins/*.rb")].each { |f| require f }
    Gem.find_files("listed/*_plugin.rb").each { |f| load f }
    require "listed/#{kind}_backend"
    require_relative "part_#{name}"
    //- /var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/part_one.rb
    //- /var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/plugins/a.rb
    //- /var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/fast_backend.rb
    //- /var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/never.rb
    //- /var/lib/gems/3.3.0/gems/listed-1.0/templates/Gemfile
    //- /var/lib/gems/3.3.0/gems/listed-1.0/templates/run.rb
    //- /var/lib/gems/3.3.0/specifications/plug-1.0.gemspec
    # stub: plug 1.0 ruby lib
    //- /var/lib/gems/3.3.0/gems/plug-1.0/lib/listed/plug_plugin.rb
    //- /var/lib/gems/3.3.0/specifications/lint-1.0.gemspec
    # stub: lint 1.0 ruby lib
    //- /var/lib/gems/3.3.0/gems/lint-1.0/lib/lint.rb
  `,
    { prune: "reachable", stdlib: "reachable", appRoot: toAbsPath("/app") },
  );
  expect(
    files.filter((path) => /listed|plug|lint|web.rb|base.rb|models|xmlrpc|other|unknown/u.test(path)),
  ).toMatchInlineSnapshot(`
    [
      "/app/models/shop.rb",
      "/usr/lib/ruby/vendor_ruby/xmlrpc/client.rb",
      "/var/lib/gems/3.3.0/gems/base-1.4.0/lib/base.rb",
      "/var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/entry.rb",
      "/var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/fast_backend.rb",
      "/var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/never.rb",
      "/var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/part_one.rb",
      "/var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/plugins/a.rb",
      "/var/lib/gems/3.3.0/gems/listed-1.0/templates/Gemfile",
      "/var/lib/gems/3.3.0/gems/listed-1.0/templates/run.rb",
      "/var/lib/gems/3.3.0/gems/plug-1.0/lib/listed/plug_plugin.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web.rb",
      "/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/plugins/a.rb",
      "/var/lib/gems/3.3.0/specifications/lint-1.0.gemspec",
      "/var/lib/gems/3.3.0/specifications/listed-1.0.gemspec",
      "/var/lib/gems/3.3.0/specifications/plug-1.0.gemspec",
      "unknown: /var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/entry.rb:3 require f: present",
      "unknown: /var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/entry.rb:4 load f: present",
      "unknown: /var/lib/gems/3.3.0/gems/listed-1.0/lib/listed/entry.rb:6 require_relative "part_#{name}": present",
    ]
  `);
});
