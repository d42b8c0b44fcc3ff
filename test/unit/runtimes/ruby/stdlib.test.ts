import { expect, it } from "vitest";
import { trace } from "./trace-ruby.ts";

it("leaves out at level reachable what only other Rubies, repositories and newer parsers have a use for", async () => {
  const library = "/usr/lib/ruby/3.3.0";
  const more = `
    //- ${library}/syntax_suggest/core_ext.rb
    def detailed_message = require("syntax_suggest/api")
    //- ${library}/syntax_suggest/api.rb
    require "ripper"
    begin
      require "prism"
    rescue LoadError
    end
    //- ${library}/ripper.rb
    //- ${library}/prism.rb
    if RUBY_ENGINE == "ruby" and !ENV["PRISM_FFI_BACKEND"]
      require "prism/prism"
    else
      require_relative "prism/ffi"
    end
    //- ${library}/prism/ffi.rb
    require "ffi"
    //- /usr/lib/arch/ruby/3.3.0/prism/prism.so elf=x86_64
    //- ${library}/rubygems/request.rb
    require "openssl"
    //- ${library}/rubygems/vendor/net-http/lib/net/http.rb
    require "openssl"
    //- ${library}/rubygems/vendor/tsort/lib/tsort.rb
    //- ${library}/rubygems/vendor/molinillo/lib/molinillo.rb
    //- ${library}/rubygems/resolver/best_set.rb
    //- /app/app.rb
    Gem.activate_bin_path("web", "web", ">= 0")
  `;
  const levels = { stdlib: "reachable", prune: "reachable" } as const;
  const tree = /syntax_suggest|ripper|prism|rubygems\/(?:vendor|request|resolver)/u;
  const own = async (application: string, env = {}) =>
    (await trace(application, { ...levels, env }))
      .filter((path) => tree.test(path))
      .map((path) => path.replace(`${library}/`, ""));
  expect(await own(more)).toMatchInlineSnapshot(`
    [
      "ripper.rb",
      "rubygems/resolver.rb",
      "rubygems/resolver/best_set.rb",
      "rubygems/vendor/molinillo/lib/molinillo.rb",
      "rubygems/vendor/tsort/lib/tsort.rb",
      "syntax_suggest/api.rb",
      "syntax_suggest/core_ext.rb",
    ]
  `);
  const parser = `${more}\n    require "prism"\n`;
  expect(await own(parser)).toContain("/usr/lib/arch/ruby/3.3.0/prism/prism.so");
  expect(await own(parser)).not.toContain("prism/ffi.rb");
  expect(await own(parser, { PRISM_FFI_BACKEND: "1" })).toContain("prism/ffi.rb");
});

it("takes parts that Ruby's own library loads below its own name, and all of an engine, at reachable", async () => {
  const app = `
//- /usr/lib/ruby/3.3.0/digest.rb
module Digest
  def self.const_missing(name)
    lib = File.join('digest', name.to_s.downcase)
    require lib
  end
end
//- /usr/lib/ruby/3.3.0/digest/sha2.rb
//- /usr/lib/arch/ruby/3.3.0/digest/md5.so elf=x86_64
//- /var/lib/gems/3.3.0/specifications/admin-1.0.gemspec
# stub: admin 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/admin-1.0/lib/admin.rb
module Admin
  class Engine < ::Rails::Engine
  end
end
//- /var/lib/gems/3.3.0/gems/admin-1.0/app/models/admin/user.rb
//- /app/app.rb
require "digest"
require "admin"
`;
  const traced = await trace(app, { prune: "reachable", stdlib: "reachable" });
  expect(traced).toContain("/usr/lib/ruby/3.3.0/digest/sha2.rb");
  expect(traced).toContain("/usr/lib/arch/ruby/3.3.0/digest/md5.so");
  expect(traced).toContain("/var/lib/gems/3.3.0/gems/admin-1.0/app/models/admin/user.rb");
});
