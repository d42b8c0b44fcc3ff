import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";
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

it("says nothing of what tests load, unless one is run: the image lacks no more than its builder", async () => {
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
