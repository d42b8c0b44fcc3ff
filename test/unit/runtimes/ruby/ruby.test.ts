import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";
import { closureOf } from "../../../support/closure.ts";
import { trace } from "./trace-ruby.ts";

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
