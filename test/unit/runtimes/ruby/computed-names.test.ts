import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-ruby.ts";

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
