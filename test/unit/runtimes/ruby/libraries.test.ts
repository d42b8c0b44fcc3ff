import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { scanRuby } from "../../../../src/runtimes/ruby/source-scan.ts";
import { trace } from "./trace-ruby.ts";

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

it("reads whole names of libraries in a source that opens one by a variable", () => {
  const opened = scanRuby(`name = 'libgssapi_krb5.so.2'\nffi_lib name, FFI::Library::LIBC\nother = "libgss.dylib"`);
  expect(opened.libraries).toEqual(["libgssapi_krb5.so.2"]);
  expect(scanRuby(`name = 'libgssapi_krb5.so.2'`).libraries).toEqual([]);
});
