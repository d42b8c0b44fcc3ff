import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";
import { scanRuby } from "../../../../src/runtimes/ruby/source-scan.ts";
import { closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/ruby 0755 elf=x86_64 loader= needed=libruby-3.3.so.3.3
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libruby-3.3.so.3.3 elf=x86_64
/usr/lib/ruby/vendor_ruby
/usr/lib/ruby/3.3.0
/usr/lib/arch/ruby/3.3.0
//- /usr/lib/arch/ruby/3.3.0/rbconfig.rb
//- /app/app.rb
require "lost"
require_relative "spec/pages_spec"
//- /app/spec/pages_spec.rb
require "rspec"
//- /app/templates/gem/required.rb
require "<%= @gem_name %>/version"
//- /app/deploy.rb.sample
require "vlad"
`;

async function missingOf(script: string): Promise<readonly string[]> {
  const { diagnostics } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    process: { workdir: toAbsPath("/app"), cmd: [script], appRoot: toAbsPath("/app") },
    plugins: { runtimes: [ruby] },
  });
  return diagnostics.map(({ message }) => message.split(",")[0] ?? "");
}

it("says nothing of what tests and templates load, unless one is run: the image lacks no more than its builder", async () => {
  expect(await missingOf("app.rb")).toMatchInlineSnapshot(`
    [
      "cannot find module lost: required at /app/app.rb:1",
    ]
  `);
  expect(await missingOf("spec/pages_spec.rb")).toMatchInlineSnapshot(`
    [
      "cannot find module lost: required at /app/app.rb:1",
      "cannot find module rspec: required at /app/spec/pages_spec.rb:1",
    ]
  `);
});

it("takes a word of a sentence for no call that loads something", () => {
  const open = (code: string) => scanRuby(code).open.map(({ line }) => line);
  expect(open('raise "Could not load Own #{name}, it may be gone"\nopts.on("-C", "file to load (as #{x})")')).toEqual(
    [],
  );
  expect(open('load name\nx = "a" if load name\neval "x; load name"')).toEqual([1, 2, 3]);
});
