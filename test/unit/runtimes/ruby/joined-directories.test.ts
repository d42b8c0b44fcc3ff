import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";
import { closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/ruby -> ruby3.3
//- /usr/bin/ruby3.3 0755 elf=x86_64 loader= needed=libruby-3.3.so.3.3
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libruby-3.3.so.3.3 elf=x86_64
/usr/lib/ruby/vendor_ruby
/usr/lib/ruby/3.3.0
/usr/lib/arch/ruby/3.3.0
//- /usr/lib/arch/ruby/3.3.0/rbconfig.rb
//- /usr/lib/ruby/3.3.0/shell.rb
require "shell/locale"
require "shell/pages"
//- /usr/lib/ruby/3.3.0/shell/locale.rb
LOCALE_DIR = "/lc/"
def load(file)
  found = find(file)
  Kernel.load(found) if found
end
def find(dir, lang, file) = File.join(dir, LOCALE_DIR, lang, file)
//- /usr/lib/ruby/3.3.0/shell/pages.rb
def template(name) = $LOAD_PATH.map { |dir| File.join(dir, File.join("shell", "template", name)) }
def own(name) = File.join("shell", name)
//- /usr/lib/ruby/3.3.0/shell/lc/error.rb
require "shell/told"
//- /usr/lib/ruby/3.3.0/shell/lc/ja/error.rb
//- /usr/lib/ruby/3.3.0/shell/lc/help-message
//- /usr/lib/ruby/3.3.0/shell/template/page.erb
//- /usr/lib/ruby/3.3.0/shell/told.rb
//- /usr/lib/ruby/3.3.0/shell/unused.rb
//- /usr/lib/ruby/vendor_ruby/plan.rb
def chart(name) = IO.read(File.join(AppConfig.dataDir, "plan/data", name))
//- /usr/lib/ruby/vendor_ruby/plan/data/one.css
//- /usr/lib/ruby/vendor_ruby/plan/unused.rb
//- /usr/lib/ruby/vendor_ruby/kit.rb
CACHE = File.expand_path("../kit/cache", __FILE__)
//- /usr/lib/ruby/vendor_ruby/kit/cache -> /var/cache/kit
//- /var/cache/kit/
//- /app/app.rb
require "shell"
require "plan"
require "kit"
`;

it("takes directories in paths whose other parts only the run tells, of messages and templates, at reachable", async () => {
  const { entries, unknowns } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    process: { workdir: toAbsPath("/app"), cmd: ["app.rb"], prune: "reachable", stdlib: "reachable" },
    plugins: { runtimes: [ruby] },
  });
  const files = entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
  expect(files.filter((path) => /shell|plan/u.test(path))).toMatchInlineSnapshot(`
    [
      "/usr/lib/ruby/3.3.0/shell.rb",
      "/usr/lib/ruby/3.3.0/shell/lc/error.rb",
      "/usr/lib/ruby/3.3.0/shell/lc/help-message",
      "/usr/lib/ruby/3.3.0/shell/lc/ja/error.rb",
      "/usr/lib/ruby/3.3.0/shell/locale.rb",
      "/usr/lib/ruby/3.3.0/shell/pages.rb",
      "/usr/lib/ruby/3.3.0/shell/template/page.erb",
      "/usr/lib/ruby/3.3.0/shell/told.rb",
      "/usr/lib/ruby/vendor_ruby/plan.rb",
      "/usr/lib/ruby/vendor_ruby/plan/data/one.css",
    ]
  `);
  // It is empty, and to be written into.
  expect(entries.map(({ kind, path }) => `${kind} ${path}`)).toEqual(
    expect.arrayContaining(["symlink /usr/lib/ruby/vendor_ruby/kit/cache", "directory /var/cache/kit"]),
  );
  expect(unknowns.map(({ line, what, outcome }) => `${String(line)} ${what}: ${outcome}`)).toMatchInlineSnapshot(`
    [
      "6 File.join(dir, LOCALE_DIR, lang, file): shipped",
      "1 File.join("shell", "template", name)): shipped",
      "1 File.join(AppConfig.dataDir, "plan/data", name)): shipped",
    ]
  `);
});

const pages = `${root}
//- /usr/share/gems/specifications/pages-1.0.gemspec
# stub: pages 1.0 ruby lib
//- /usr/share/gems/gems/pages-1.0/lib/pages.rb
require "pages/plug"
//- /usr/share/gems/gems/pages-1.0/lib/pages/plug.rb
def plug(site) = site.theme.runtime_dependencies.each { |one| require one.name }
//- /usr/share/gems/specifications/pages-loose-1.0.gemspec
# stub: pages-loose 1.0 ruby lib
//- /usr/lib/ruby/vendor_ruby/pages-loose.rb
require "pages-loose/part"
@base = __dir__
@name = "layout.html"
@path = File.expand_path(@name, @base)
//- /usr/lib/ruby/vendor_ruby/layout.html
//- /usr/lib/ruby/vendor_ruby/unused.html
//- /usr/lib/ruby/vendor_ruby/pages-loose/part.rb
def source_path(file = "map.xml")
  File.expand_path "../#{file}", __dir__
end
def robots = File.read("#{__dir__}/../#{name("robots.txt")}")
//- /usr/lib/ruby/vendor_ruby/map.xml
//- /usr/lib/ruby/vendor_ruby/robots.txt
//- /usr/share/gems/specifications/theme-1.0.gemspec
# stub: theme 1.0 ruby lib
s.add_runtime_dependency("tags", ["~> 2.1"])
//- /usr/share/gems/gems/theme-1.0/layouts/page.html
//- /usr/share/gems/specifications/tags-2.8.gemspec
# stub: tags 2.8 ruby lib
//- /usr/share/gems/gems/tags-2.8/lib/tags.rb
//- /app/_config.yml
theme: theme
plugins: [pages-loose]
//- /usr/bin/planner 0755
#!/usr/bin/ruby
require File.basename(__FILE__)
//- /usr/lib/ruby/vendor_ruby/planner.rb
//- /app/build.rb
require "pages"
system(RbConfig.ruby, "/usr/bin/planner")
`;

it("takes sources of gems that settings name from the load path, and what a theme depends on", async () => {
  for (const prune of ["safe", "reachable"] as const) {
    const { entries } = await closureOf({
      root: pages,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
      process: {
        workdir: toAbsPath("/app"),
        cmd: ["build.rb"],
        prune,
        stdlib: prune,
        appRoot: toAbsPath("/app"),
        env: { GEM_HOME: "/usr/share/gems" },
      },
      plugins: { runtimes: [ruby] },
    });
    expect(entries.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "/usr/lib/ruby/vendor_ruby/layout.html",
        "/usr/lib/ruby/vendor_ruby/map.xml",
        "/usr/lib/ruby/vendor_ruby/pages-loose.rb",
        "/usr/lib/ruby/vendor_ruby/pages-loose/part.rb",
        "/usr/lib/ruby/vendor_ruby/planner.rb",
        "/usr/lib/ruby/vendor_ruby/robots.txt",
        "/usr/share/gems/gems/tags-2.8/lib/tags.rb",
        "/usr/share/gems/gems/theme-1.0/layouts/page.html",
      ]),
    );
  }
});
