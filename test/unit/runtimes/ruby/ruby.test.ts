import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";
import { scanRuby } from "../../../../src/runtimes/ruby/source-scan.ts";
import { isGemMaterial } from "../../../../src/runtimes/ruby/stdlib.ts";
import { type ClosureCase, closureOf } from "../../../support/closure.ts";

const interpreter = `
//- /usr/bin/ruby -> ruby3.3
//- /usr/bin/ruby3.3 0755 elf=x86_64 loader= needed=libruby-3.3.so.3.3
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libruby-3.3.so.3.3 elf=x86_64
/usr/local/lib/site_ruby/3.3.0
/usr/lib/ruby/vendor_ruby
/usr/lib/ruby/3.3.0
/usr/lib/arch/ruby/3.3.0
//- /usr/lib/libssl.so.3 elf=x86_64
//- /usr/lib/libmagic.so.1 elf=x86_64
//- /usr/lib/libsass.so elf=x86_64
//- /usr/lib/arch/ruby/3.3.0/rbconfig.rb
//- /usr/lib/arch/ruby/3.3.0/enc/encdb.so elf=x86_64
//- /usr/lib/arch/ruby/3.3.0/enc/euc_jp.so elf=x86_64
//- /usr/lib/arch/ruby/3.3.0/openssl.so elf=x86_64 needed=libssl.so.3
//- /usr/lib/arch/ruby/3.3.0/digest.so elf=x86_64
//- /usr/lib/ruby/3.3.0/set.rb
//- /usr/lib/ruby/3.3.0/json.rb
require "json/ext"
//- /usr/lib/ruby/3.3.0/json/ext.rb
//- /usr/lib/ruby/3.3.0/irb.rb
require "reline"
//- /usr/lib/ruby/3.3.0/irb/context.rb
//- /usr/lib/ruby/3.3.0/reline.rb
//- /usr/lib/ruby/3.3.0/rubygems.rb
require "monitor"
def later
  require "openssl"
end
//- /usr/lib/ruby/3.3.0/monitor.rb
//- /usr/lib/ruby/3.3.0/rubygems/version.rb
//- /usr/lib/ruby/3.3.0/rubygems/commands/push_command.rb
//- /usr/lib/ruby/3.3.0/rubygems/resolver.rb
//- /usr/lib/ruby/gems/3.3.0/specifications/default/json-2.7.2.gemspec
# stub: json 2.7.2 ruby lib
//- /usr/lib/ruby/vendor_ruby/xmlrpc.rb
//- /usr/lib/ruby/vendor_ruby/xmlrpc/client.rb
//- /usr/lib/ruby/vendor_ruby/other.rb
`;

const gems = `
//- /var/lib/gems/3.3.0/specifications/web-2.10.0.gemspec
# stub: web 2.10.0 ruby lib
Gem::Specification.new do |s|
s.executables = ["web".freeze]
s.add_runtime_dependency(%q<base>.freeze, ["~> 1.2".freeze])
s.add_development_dependency(%q<tests>.freeze, [">= 0".freeze])
end
//- /var/lib/gems/3.3.0/specifications/web-2.9.0.gemspec
# stub: web 2.9.0 ruby lib
//- /var/lib/gems/3.3.0/specifications/base-1.4.0.gemspec
# stub: base 1.4.0 ruby lib
# stub: ext/base/extconf.rb
//- /var/lib/gems/3.3.0/specifications/base-2.0.0.gemspec
# stub: base 2.0.0 ruby lib
//- /var/lib/gems/3.3.0/specifications/tests-1.0.gemspec
# stub: tests 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/web-2.10.0/lib/web.rb
require "web/core"
def plug(name) = require("web/plugins/#{name}")
autoload :Admin, "web/admin"
//- /var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/core.rb
require "base"
//- /var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/admin.rb
//- /var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/unused.rb
//- /var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/plugins/a.rb
//- /var/lib/gems/3.3.0/gems/web-2.10.0/lib/web/mime.types
//- /var/lib/gems/3.3.0/gems/web-2.10.0/LICENSE.txt
//- /var/lib/gems/3.3.0/gems/web-2.10.0/README.md
//- /var/lib/gems/3.3.0/gems/web-2.10.0/spec/web_spec.rb
//- /var/lib/gems/3.3.0/gems/web-2.10.0/exe/data
//- /var/lib/gems/3.3.0/gems/web-2.10.0/exe/web
#!/usr/bin/env ruby
require "web"
//- /var/lib/gems/3.3.0/gems/web-2.9.0/lib/web.rb
//- /var/lib/gems/3.3.0/gems/base-1.4.0/lib/base.rb
require "base/base"
//- /var/lib/gems/3.3.0/gems/base-1.4.0/lib/base/base.so elf=x86_64
//- /var/lib/gems/3.3.0/gems/base-1.4.0/lib/base/3.2/base.so elf=x86_64
//- /var/lib/gems/3.3.0/gems/base-1.4.0/ext/base/base.c
//- /var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/base-1.4.0/gem.build_complete
//- /var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/base-1.4.0/base/base.so elf=x86_64
//- /var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/base-1.4.0/mkmf.log
//- /var/lib/gems/3.3.0/gems/base-2.0.0/lib/base.rb
//- /var/lib/gems/3.3.0/gems/tests-1.0/lib/tests.rb
`;

async function trace(
  application: string,
  { cmd = ["app.rb"], ...proc }: Partial<ClosureCase["process"] & object> = {},
  plugins: ClosureCase["plugins"] = { runtimes: [ruby] },
): Promise<readonly string[]> {
  const input: ClosureCase = {
    root: `${interpreter}${gems}${application}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    process: { workdir: toAbsPath("/app"), cmd, ...proc },
    plugins,
  };
  const { entries, diagnostics, unknowns } = await closureOf(input);
  return [
    ...entries.filter(({ kind }) => kind === "file").map(({ path }) => path),
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`),
    ...unknowns.map(({ from, line, what, outcome }) => `unknown: ${from}:${String(line)} ${what}: ${outcome}`),
  ];
}

it("ships the library of any version that a pattern finds", async () => {
  const files = await trace(`
    //- /usr/lib/libc.so.6 elf=x86_64
    //- /usr/lib/libsound.so.5 elf=x86_64
    //- /app/app.rb
    ffi_lib Dir["/{opt,usr}/{lib,lib/*}/libsound.{*.dylib,so.*}"] + %w[libsound.so.1]
  `);
  expect(files).toContain("/usr/lib/libsound.so.5");
});

it("ships the extension of SQLite that settings name", async () => {
  const files = await trace(
    `
    //- /usr/lib/libc.so.6 elf=x86_64
    //- /usr/lib/mod_maps.so elf=x86_64
    //- /app/app.rb
    database.load_extension(options["extension"])
    //- /app/live.json
    {"extension": "mod_maps"}
  `,
    { appRoot: toAbsPath("/app") },
  );
  expect(files).toContain("/usr/lib/mod_maps.so");
});

it("takes a directory of RUBYLIB for the application's own", async () => {
  const files = await trace(
    `
    //- /app/app.rb
    require "own"
    //- /usr/local/lib/own/own.rb
    require "nowhere"
  `,
    { appRoot: toAbsPath("/app"), env: { RUBYLIB: "/usr/local/lib/own" }, prune: "reachable" },
  );
  expect(files).toContain("/usr/local/lib/own/own.rb");
  expect(files.join("\n")).toContain("cannot find module nowhere");
});

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

it("takes all encodings at level reachable where the run tells which", async () => {
  const level = { stdlib: "reachable", prune: "reachable" } as const;
  const rare = "/usr/lib/arch/ruby/3.3.0/enc/euc_jp.so";
  for (const code of ['"x".encode(row["from"])', "Encoding.find(name)", 'File.open(path, "r:#{name}")'])
    expect(await trace(`//- /app/app.rb\n${code}\n`, level), code).toContain(rare);
  for (const code of ['"x".encode(Encoding::UTF_8)', "Base64.encode(text)", "text.encode(invalid: :replace)"])
    expect(await trace(`//- /app/app.rb\n${code}\n`, level), code).not.toContain(rare);
});

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

it("says what it cannot tell", async () => {
  const files = await trace("//- /app/app.rb\nrequire ARGV[0]\n", {});
  expect(files.filter((line) => line.includes(": "))).toMatchInlineSnapshot(`
    [
      "unknown: /app/app.rb:1 require ARGV[0]: unbounded",
    ]
  `);
  const gem = 'require Gem::Specification.find_by_name("parts").gem_dir + "/app/part"\nload Gem.bin_path("web", "web")';
  expect((await trace(`//- /app/app.rb\n${gem}\n`, {})).filter((line) => line.startsWith("unknown"))).toEqual([
    'unknown: /app/app.rb:1 require Gem::Specification.find_by_name("parts").gem_dir + ": unbounded',
  ]);
  const { diagnostics } = await closureOf({
    root: "//- /usr/bin/ruby 0755 elf=x86_64",
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    plugins: { runtimes: [ruby] },
  });
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toMatchInlineSnapshot(`
    [
      "RUBY_LIBRARY_MISSING: cannot find the library of /usr/bin/ruby: no directory that is compiled into it holds its rbconfig.rb",
    ]
  `);
});

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

it("leaves out of a gem its tests, documents and sources of compiled parts, and nothing that only looks so", () => {
  const out = ["test/a.rb", "spec/a_spec.rb", "README.md", "ext/x/x.c", "ext/x/Makefile", "Rakefile", "lib/x.o"];
  const kept = [
    "lib/generators/templates/Gemfile",
    "lib/generators/templates/README.md",
    "lib/web/test/helper.rb",
    "ext/x/x.so",
    "app/views/doc/index.html",
    "lib/x.jar",
    "lib/template.h",
    "examples/a.rb",
    "LICENSE.md",
  ];
  expect(out.filter((path) => !isGemMaterial(path))).toEqual([]);
  expect(kept.filter(isGemMaterial)).toEqual([]);
});

it("takes methods named like loaders, keys and definitions for what they are", () => {
  const text = `
gem "x", require: false
params.require(:user)
def load(path) = path
load path
def self.require(name); end
autoload = 1
require if true
Marshal.load(x)
`;
  expect(scanRuby(text).open).toEqual([]);
  expect(scanRuby("require name\nload File.join(a, b)\n").open.map(({ what }) => what)).toEqual([
    "require name",
    "load File.join(a, b)",
  ]);
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

it("reads what the compiled part of a gem loads from its strings", async () => {
  const files = await trace(
    `//- /app/app.rb
    require "fast"
    //- /var/lib/gems/3.3.0/specifications/fast-1.0.gemspec
    # stub: fast 1.0 ruby lib
    # stub: ext/extconf.rb
    //- /var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/fast-1.0/gem.build_complete
    //- /var/lib/gems/3.3.0/extensions/x86_64-linux/3.3.0/fast-1.0/fast/ext.so elf=x86_64 imports=rb_require
    fast/state
    //- /var/lib/gems/3.3.0/gems/fast-1.0/lib/fast.rb
    require "fast/ext"
    //- /var/lib/gems/3.3.0/gems/fast-1.0/lib/fast/state.rb
    //- /var/lib/gems/3.3.0/gems/fast-1.0/lib/fast/unused.rb
  `,
    { prune: "reachable", stdlib: "reachable" },
  );
  expect(files.filter((path) => path.includes("/lib/fast"))).toEqual([
    "/var/lib/gems/3.3.0/gems/fast-1.0/lib/fast.rb",
    "/var/lib/gems/3.3.0/gems/fast-1.0/lib/fast/state.rb",
  ]);
});

it("reads what a compiled part in the load path loads from its strings", async () => {
  const files = await trace(
    `//- /app/app.rb
    require "grid"
    //- /usr/lib/ruby/vendor_ruby/grid.so elf=x86_64 imports=rb_require
    grid/core
    //- /usr/lib/ruby/vendor_ruby/grid/core.rb
    //- /usr/lib/ruby/vendor_ruby/grid/unused.rb
  `,
    { prune: "reachable" },
  );
  expect(files.filter((path) => path.includes("/grid/"))).toEqual(["/usr/lib/ruby/vendor_ruby/grid/core.rb"]);
});

const loading = `
//- /var/lib/gems/3.3.0/specifications/kit-1.0.gemspec
# stub: kit 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit.rb
module Kit
  alias orig_require require
  def self.extension(*names) = names.each { |name| orig_require("kit/extensions/#{name}") }
  def self.requires(*requires)
    @requires = requires
  end
  def self.setup = requires.each { |r| require r }
  def self.optional(feature, hint)
    require feature
  rescue LoadError
    warn hint
  end
  ENGINE = "kit/engines/#{name}"
  Gem::Specification.each { |spec| spec.activate if spec.name.start_with?("kit-") }
  $LOAD_PATH.each { |directory| Dir["#{directory}/kit/tasks/*.rb"].each { |file| load file } }
end
//- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/extensions/a.rb
//- /var/lib/gems/3.3.0/gems/kit-1.0/lib/kit/engines/fast.rb
//- /var/lib/gems/3.3.0/specifications/kit-more-1.0.gemspec
# stub: kit-more 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/kit-more-1.0/lib/kit/more.rb
//- /var/lib/gems/3.3.0/specifications/marked-1.0.gemspec
# stub: marked 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/marked-1.0/lib/marked.rb
//- /var/lib/gems/3.3.0/specifications/slow-1.0.gemspec
# stub: slow 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/slow-1.0/lib/slow.rb
//- /var/lib/gems/3.3.0/gems/slow-1.0/lib/kit/tasks/clean.rb
//- /var/lib/gems/3.3.0/specifications/ruled-1.0.gemspec
# stub: ruled 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/ruled-1.0/lib/ruled.rb
//- /app/app.rb
require "kit"
require_relative "optional"
Optional.require_all!(
  %w(absent word)
)
Kit.optional "slow", "install it"
class Filter < Kit::Filter
  requires 'marked', 'not/there'
end
//- /app/optional.rb
module Optional
  def self.require_all!(names)
    names.each do |name|
      begin
        require name
      rescue LoadError
      end
    end
  end
end
//- /var/lib/gems/3.3.0/specifications/word-1.0.gemspec
# stub: word 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/word-1.0/lib/word.rb
//- /app/site/Rules
filter(:x) { require "ruled" }
`;

it("follows names that methods load which are given them, aliases, plug-ins by name and rules, at both levels", async () => {
  for (const prune of ["reachable", "safe"] as const) {
    const traced = await trace(loading, { prune, appRoot: toAbsPath("/app") });
    for (const path of [
      "kit-1.0/lib/kit/extensions/a.rb",
      "kit-1.0/lib/kit/engines/fast.rb",
      "kit-more-1.0/lib/kit/more.rb",
      "marked-1.0/lib/marked.rb",
      "slow-1.0/lib/slow.rb",
      "slow-1.0/lib/kit/tasks/clean.rb",
      "ruled-1.0/lib/ruled.rb",
      "word-1.0/lib/word.rb",
    ])
      expect(traced).toContain(`/var/lib/gems/3.3.0/gems/${path}`);
  }
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

it("starts the programs that sources of the application start, and tells of those that only the run knows", async () => {
  const app = `
//- /usr/bin/convert 0755 elf=x86_64 loader=
//- /app/app.rb
system("convert", "a.png", size)
system(given)
`;
  const traced = await trace(app, { prune: "reachable", appRoot: toAbsPath("/app") });
  expect(traced).toContain("/usr/bin/convert");
  expect(traced).toContain("unknown: /app/app.rb:2 system(given): warned");
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

it("takes gems that settings name where the application requires names that it does not write down", async () => {
  const app = (source: string) => `
//- /var/lib/gems/3.3.0/specifications/plug-1.0.gemspec
# stub: plug 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/plug-1.0/lib/plug.rb
//- /app/config.yml
plugins: [plug]
//- /app/app.rb
${source}
`;
  const proc = { prune: "reachable", appRoot: toAbsPath("/app") } as const;
  const plugIn = "/var/lib/gems/3.3.0/gems/plug-1.0/lib/plug.rb";
  const computed = 'YAML.load_file("config.yml")["plugins"].each { |name| require name }';
  expect(await trace(app(computed), proc)).toContain(plugIn);
  expect(await trace(app("puts 1"), proc)).not.toContain(plugIn);
  expect(await trace(app("puts 1"), { ...proc, prune: "safe" })).toContain(plugIn);
  const gem = `
//- /var/lib/gems/3.3.0/specifications/host-1.0.gemspec
# stub: host 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/host-1.0/lib/host.rb
def load_plugins(names) = names.each { |name| require name }
`;
  expect(await trace(`${app('require "host"')}${gem}`, proc)).toContain(plugIn);
});

it("loads features that settings and other sources name where the application requires what it does not write down", async () => {
  const app = (load: string) => `
//- /app/config.json
{"sound": {"require": ["gst", "ole/storage", "RRD"], "as": "MarkFormatter", "level": "debug"}, "rack/accept": {}}
//- /app/app.rb
load "filters/links.rb"
${load}
//- /app/filters/links.rb
WORDS = [${Array.from({ length: 250 }, (_, at) => `"word${String(at)}"`).join(", ")}]
filter(:links, needs: "rinku")
//- /usr/lib/ruby/vendor_ruby/gst.rb
//- /usr/lib/ruby/vendor_ruby/ole/storage.rb
//- /usr/lib/ruby/vendor_ruby/RRD.rb
//- /usr/lib/ruby/vendor_ruby/rack/accept.rb
//- /usr/lib/ruby/vendor_ruby/rinku.rb
//- /usr/lib/ruby/vendor_ruby/mark_formatter.rb
//- /usr/lib/ruby/vendor_ruby/debug.rb
//- /usr/lib/ruby/vendor_ruby/other.rb
`;
  const proc = { prune: "reachable", appRoot: toAbsPath("/app") } as const;
  const found = async (load: string) =>
    (await trace(app(load), proc)).filter((path) => path.startsWith("/usr/lib/ruby/vendor_ruby/"));
  expect(await found("def run(needs) = require(needs)")).toEqual(
    ["RRD", "gst", "mark_formatter", "ole/storage", "rack/accept", "rinku"].map(
      (name) => `/usr/lib/ruby/vendor_ruby/${name}.rb`,
    ),
  );
  expect(await found("puts 1")).toEqual([]);
});

it("loads features of what a gem depends on where its own settings name them and it requires what they say", async () => {
  const gem = (load: string) => `
//- /app/app.rb
require "hooks"
//- /var/lib/gems/3.3.0/specifications/hooks-1.0.gemspec
# stub: hooks 1.0 ruby lib
Gem::Specification.new do |s|
  s.add_runtime_dependency("xmlread".freeze, ["~> 3.2"])
end
//- /var/lib/gems/3.3.0/gems/hooks-1.0/lib/hooks.rb
${load}
//- /var/lib/gems/3.3.0/gems/hooks-1.0/config/default.yml
Lint:
  required_library: 'xmlread/document'
  other: word/list
//- /var/lib/gems/3.3.0/specifications/xmlread-3.3.gemspec
# stub: xmlread 3.3 ruby lib
//- /var/lib/gems/3.3.0/gems/xmlread-3.3/lib/xmlread/document.rb
//- /usr/lib/ruby/vendor_ruby/word/list.rb
`;
  const found = async (load: string) =>
    (await trace(gem(load), { prune: "reachable" })).filter((path) => /document|list\.rb/u.test(path));
  const document = "/var/lib/gems/3.3.0/gems/xmlread-3.3/lib/xmlread/document.rb";
  expect(await found("def load = libraries.each { |name| require name }")).toEqual([document]);
  expect(await found("def load = 1")).toEqual([]);
});

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

it("loads the features that settings of a gem name", async () => {
  const files = await trace(
    `
    //- /app/app.rb
    Features.add(:passwords, :libs => ["own/secrets"])
    Features.add :words, libs: %w[own/words own/none], title: "own/title"
    //- /app/lib/x.rb
    //- /usr/lib/ruby/vendor_ruby/own/secrets.rb
    //- /usr/lib/ruby/vendor_ruby/own/words.rb
    //- /usr/lib/ruby/vendor_ruby/own/title.rb
  `,
    { prune: "reachable" },
  );
  expect(files.filter((path) => path.includes("own/"))).toMatchInlineSnapshot(`
    [
      "/usr/lib/ruby/vendor_ruby/own/secrets.rb",
      "/usr/lib/ruby/vendor_ruby/own/words.rb",
    ]
  `);
});

it("reads the sources of directories of the application that it is told to run, and starts what its tasks do", async () => {
  const application = `
    //- /app/app.rb
    //- /app/spec/one_spec.rb
    require "web"
    runner.run("/opt/tool", "x")
    //- /opt/tool 0755 elf=x86_64
  `;
  const whole = { appRoot: toAbsPath("/app"), prune: "reachable", stdlib: "reachable" } as const;
  const told = await trace(application, { ...whole, cmd: ["app.rb", "spec"] });
  expect(told).toContain("/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web.rb");
  expect(told).toContain("/opt/tool");
  const untold = await trace(application, whole);
  expect(untold).not.toContain("/var/lib/gems/3.3.0/gems/web-2.10.0/lib/web.rb");
});

it("reads whole names of libraries in a source that opens one by a variable", () => {
  const opened = scanRuby(`name = 'libgssapi_krb5.so.2'\nffi_lib name, FFI::Library::LIBC\nother = "libgss.dylib"`);
  expect(opened.libraries).toEqual(["libgssapi_krb5.so.2"]);
  expect(scanRuby(`name = 'libgssapi_krb5.so.2'`).libraries).toEqual([]);
});

it("starts no program of a gem's samples", async () => {
  const application = (directory: string): string => `
    //- /app/app.rb
    require "term"
    //- /var/lib/gems/3.3.0/specifications/term-1.0.gemspec
    # stub: term 1.0 ruby lib
    //- /var/lib/gems/3.3.0/gems/term-1.0/lib/term.rb
    //- /var/lib/gems/3.3.0/gems/term-1.0/${directory}/pty.rb
    system("tool x")
    //- /usr/bin/tool 0755 elf=x86_64
  `;
  expect(await trace(application("tools"), { prune: "safe" })).toContain("/usr/bin/tool");
  expect(await trace(application("samples"), { prune: "safe" })).not.toContain("/usr/bin/tool");
});

it("starts scripts of other languages that a source finds from its own place, where it starts programs", async () => {
  const application = (call: string): string => `
    //- /app/app.rb
    require "marker"
    //- /usr/lib/ruby/vendor_ruby/marker.rb
    argv = [*binary, File.join(__dir__, "helper.py")]
    ${call}
    //- /usr/lib/ruby/vendor_ruby/helper.py 0755
    #!/opt/tool
    //- /opt/tool 0755 elf=x86_64
  `;
  for (const prune of ["safe", "reachable"] as const) {
    expect(await trace(application("Open3.popen3(*argv)"), { prune })).toContain("/opt/tool");
    expect(await trace(application("File.read(argv.last)"), { prune })).not.toContain("/opt/tool");
  }
});

it("knows where the packages of a distribution have modules and specifications", () => {
  const isOfRuby = (path: string) => ruby.systemDirectories?.test(path) === true;
  expect(isOfRuby("/usr/share/rubygems-integration/all/specifications/a.gemspec")).toBe(true);
  expect(isOfRuby("/usr/lib/x86_64-linux-gnu/rubygems-integration/3.3.0/specifications/a.gemspec")).toBe(true);
  expect(isOfRuby("/usr/share/ruby-json/a.json")).toBe(false);
});

it.each([
  ["//- /app/plugins.csv\nname,lib\na,plug", 'CSV.foreach("plugins.csv", headers: true) { |r| require r["lib"] }'],
  ["//- /app/.env\nPLUG=plug", 'require ENV["PLUG"]'],
  ['//- /app/a.json\n{"use": ["plug"]}', 'JSON.parse(File.read("a.json"))["use"].each(&method(:require))'],
  ["//- /app/macros/a.macro\nrequire 'plug'; 1", 'Dir["macros/*"].each { |f| instance_eval(File.read(f), f) }'],
  ['//- /app/a.conf\nrequire "plug"', 'Dir["*.conf"].each { |f| eval(File.read(f), binding, f) }'],
  ["", 'eval DATA.read\n__END__\nrequire "plug"'],
])("takes what tables, variables and evaluated texts of an application name: %s", async (file, source) => {
  const tree = `
//- /var/lib/gems/3.3.0/specifications/plug-1.0.gemspec
# stub: plug 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/plug-1.0/lib/plug.rb
${file}
//- /app/app.rb
${source}
`;
  const found = await trace(tree, { prune: "reachable", appRoot: toAbsPath("/app") });
  expect(found).toContain("/var/lib/gems/3.3.0/gems/plug-1.0/lib/plug.rb");
});

it("reads the tests of an application whose command names them", async () => {
  const tree = `
//- /var/lib/gems/3.3.0/specifications/plug-1.0.gemspec
# stub: plug 1.0 ruby lib
//- /var/lib/gems/3.3.0/gems/plug-1.0/lib/plug.rb
//- /app/test/a_test.rb
require "plug"
//- /app/test/all.rb
Dir[File.join(__dir__, "*_test.rb")].each { |f| require f }
//- /app/app.rb
puts 1
`;
  const proc = { prune: "reachable", appRoot: toAbsPath("/app"), workdir: toAbsPath("/app") } as const;
  const plug = "/var/lib/gems/3.3.0/gems/plug-1.0/lib/plug.rb";
  expect(await trace(tree, { ...proc, cmd: ["test/all.rb"] })).toContain(plug);
  expect(await trace(tree, { ...proc, cmd: ["app.rb"] })).not.toContain(plug);
});

it("takes a gem beside Ruby's own library alone, and levels of a log for no debugger", async () => {
  const listed = [
    "/usr/lib/ruby/3.3.0/set.rb",
    "/usr/lib/ruby/gems/3.3.0/gems/matrix-0.4.2/lib/matrix.rb",
    "/usr/lib/ruby/gems/3.3.0/gems/debug-1.9.2/lib/debug.rb",
  ];
  const application = `
    //- /var/lib/dpkg/status
    Package: libruby3.3
    Status: install ok installed
    Version: 1
    Architecture: amd64
    //- /var/lib/dpkg/info/libruby3.3.list
    ${listed.join("\n")}
    //- /usr/lib/ruby/gems/3.3.0/specifications/matrix-0.4.2.gemspec
    # stub: matrix 0.4.2 ruby lib
    //- /usr/lib/ruby/gems/3.3.0/gems/matrix-0.4.2/lib/matrix.rb
    def plug(name) = require(name)
    levels = [:debug, :info]
    //- /usr/lib/ruby/gems/3.3.0/specifications/debug-1.9.2.gemspec
    # stub: debug 1.9.2 ruby lib
    //- /usr/lib/ruby/gems/3.3.0/gems/debug-1.9.2/lib/debug.rb
    //- /app/app.rb
    require "matrix"
    load "/usr/lib/ruby/gems/3.3.0/gems/matrix-0.4.2/lib/matrix.rb"
    require "/usr/lib/ruby/gems/3.3.0/gems/matrix-0.4.2/lib/matrix"
  `;
  const files = await trace(application, {}, { runtimes: [ruby], packages: [dpkg] });
  expect(files.filter((path) => path.startsWith("/usr/lib/ruby/gems/3.3.0/gems/"))).toEqual([listed[1]]);
});
