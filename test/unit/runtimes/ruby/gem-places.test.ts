import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { gemPlacesIn, isGemPlace } from "../../../../src/runtimes/ruby/gem-places.ts";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";
import { closureOf } from "../../../support/closure.ts";

const read = (code: string): readonly string[] =>
  gemPlacesIn(code, () => 1).map(
    ({ gem, below, isLoadPath, isOpen }) => `${gem} /${below}${isLoadPath ? " load path" : ""}${isOpen ? " open" : ""}`,
  );

it("reads paths below a gem's directory, however the directory is asked for", () => {
  expect(read(`require Gem::Specification.find_by_name("texts").gem_dir + "/app/helpers/tag"`)).toEqual([
    "texts /app/helpers/tag",
  ]);
  expect(read(`load File.join(Gem.loaded_specs['kit'].full_gem_path, "lib", "kit.rake")`)).toEqual([
    "kit /lib/kit.rake",
  ]);
  expect(read('load "#{Gem.loaded_specs["kit"].gem_dir}/tasks/#{name}.rake"')).toEqual(["kit /tasks open"]);
  expect(
    read(`spec = Gem::Specification.find_by_name("kit")\nload "#{spec.gem_dir}/lib/kit.rake"\nputs spec.name`),
  ).toEqual(["kit /lib/kit.rake"]);
  expect(read(`dir = Gem.loaded_specs["kit"].full_gem_path\nload File.join(dir, "lib/a.rb")`)).toEqual([
    "kit /lib/a.rb",
  ]);
  expect(read(`Dir[File.join(Gem.loaded_specs["kit"].full_gem_path, "views/*.erb")]`)).toEqual(["kit /views open"]);
  expect(read(`$:.unshift(*Gem::Specification.find_by_name("kit").full_require_paths)`)).toEqual(["kit / load path"]);
  expect(read(`puts Gem.loaded_specs["kit"].version`)).toEqual([]);
  expect(read("Gem::Specification.find_by_name(name).gem_dir")).toEqual([]);
  expect(isGemPlace(`Gem::Specification.find_by_name("a").gem_dir + "/b"`)).toBe(true);
  expect(isGemPlace("name")).toBe(false);
});

const root = `
//- /usr/bin/ruby -> ruby3.3
//- /usr/bin/ruby3.3 0755 elf=x86_64 loader= needed=libruby-3.3.so.3.3
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libruby-3.3.so.3.3 elf=x86_64
/usr/lib/ruby/vendor_ruby
/usr/lib/ruby/3.3.0
//- /usr/lib/ruby/3.3.0/rbconfig.rb
//- /usr/lib/ruby/3.3.0/docs.rb
Gem.find_files("docs/discover").each { |extension| load extension }
//- /usr/lib/ruby/vendor_ruby/docs/discover.rb
//- /usr/share/gems/specifications/forms-1.0.gemspec
# stub: forms 1.0 ruby lib
//- /usr/share/gems/gems/forms-1.0/lib/forms.rb
require Gem::Specification.find_by_name("texts").gem_dir + "/app/helpers/tag"
//- /usr/share/gems/specifications/texts-2.0.gemspec
# stub: texts 2.0 ruby lib
//- /usr/share/gems/gems/texts-2.0/app/helpers/tag.rb
//- /usr/share/gems/gems/texts-2.0/app/helpers/unused.rb
//- /usr/share/gems/gems/texts-2.0/lib/texts.rb
//- /usr/share/gems/gems/texts-2.0/tasks/one.rake
//- /app/app.rb
require "forms"
require "docs"
load "#{Gem.loaded_specs["texts"].gem_dir}/tasks/#{ARGV[0]}.rake"
`;

it("takes what a source names below a gem's directory, and all of a directory where the run tells the rest", async () => {
  const { entries, unknowns } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    process: {
      workdir: toAbsPath("/app"),
      cmd: ["app.rb"],
      prune: "reachable",
      stdlib: "reachable",
      appRoot: toAbsPath("/app"),
      env: { GEM_HOME: "/usr/share/gems" },
    },
    plugins: { runtimes: [ruby] },
  });
  // What Ruby's own library looks for in all gems, without an ending.
  expect(entries.map(({ path }) => path)).toContain("/usr/lib/ruby/vendor_ruby/docs/discover.rb");
  expect(entries.flatMap(({ kind, path }) => (kind === "file" && path.includes("texts") ? [path] : []))).toEqual([
    "/usr/share/gems/gems/texts-2.0/app/helpers/tag.rb",
    "/usr/share/gems/gems/texts-2.0/tasks/one.rake",
    "/usr/share/gems/specifications/texts-2.0.gemspec",
  ]);
  expect(unknowns.map(({ from, line, outcome }) => `${from}:${String(line)} ${outcome}`)).toEqual([
    "/app/app.rb:3 present",
  ]);
});

it("takes features that a source which loads by a variable holds in a table, and gems that it finds by name", async () => {
  const tree = `${root}
//- /usr/lib/ruby/vendor_ruby/text/format.rb
//- /usr/lib/ruby/vendor_ruby/text/other.rb
//- /app/other.rb
Gem::Specification.find_by_name("texts")
library = { "plain" => "text/format", "none" => "text/absent" }[ARGV[0]]
require library
`;
  const { entries } = await closureOf({
    root: tree,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    process: {
      workdir: toAbsPath("/app"),
      cmd: ["other.rb"],
      prune: "reachable",
      stdlib: "reachable",
      appRoot: toAbsPath("/app"),
      env: { GEM_HOME: "/usr/share/gems" },
    },
    plugins: { runtimes: [ruby] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toContain("/usr/lib/ruby/vendor_ruby/text/format.rb");
  expect(paths).not.toContain("/usr/lib/ruby/vendor_ruby/text/other.rb");
  expect(paths).toContain("/usr/share/gems/specifications/texts-2.0.gemspec");
});

it("takes libraries of a gem that its sources name without a directory and an ending", async () => {
  const tree = `${root}
//- /usr/share/gems/specifications/wire-1.0.gemspec
# stub: wire 1.0 ruby lib
//- /usr/share/gems/gems/wire-1.0/lib/wire.rb
ffi_lib FFI::Compiler::Loader.find("wire-ext")
//- /usr/share/gems/gems/wire-1.0/ext/x86_64-linux/libwire-ext.so elf=x86_64
//- /usr/share/gems/gems/wire-1.0/ext/x86_64-linux/libother.so elf=x86_64
//- /app/send.rb
require "wire"
`;
  const { entries } = await closureOf({
    root: tree,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    process: {
      workdir: toAbsPath("/app"),
      cmd: ["send.rb"],
      prune: "reachable",
      stdlib: "reachable",
      appRoot: toAbsPath("/app"),
      env: { GEM_HOME: "/usr/share/gems" },
    },
    plugins: { runtimes: [ruby] },
  });
  expect(entries.flatMap(({ path }) => (path.endsWith(".so") ? [path] : []))).toEqual([
    "/usr/share/gems/gems/wire-1.0/ext/x86_64-linux/libwire-ext.so",
  ]);
});
