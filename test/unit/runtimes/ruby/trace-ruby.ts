import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";
import { type ClosureCase, closureOf } from "../../../support/closure.ts";

/** Ruby with a small library of its own. */
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

/** Gems that are installed. */
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

/** What ships for a program, a line for each. */
export async function trace(
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
