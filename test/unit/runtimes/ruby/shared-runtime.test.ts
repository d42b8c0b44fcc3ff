import { expect, it } from "vitest";
import type { Runtime, Yield } from "../../../../src/closure/model/closure.ts";
import { ruby } from "../../../../src/runtimes/ruby/ruby.ts";
import { closureOf } from "../../../support/closure.ts";

const builder = `
//- /usr/bin/ruby -> ruby3.3
//- /usr/bin/ruby3.3 0755 elf=x86_64 loader= needed=libruby-3.3.so.3.3
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libruby-3.3.so.3.3 elf=x86_64
/usr/lib/ruby/vendor_ruby
/usr/lib/ruby/3.3.0
//- /usr/lib/ruby/3.3.0/rbconfig.rb
//- /usr/share/gems/specifications/kit-1.0.gemspec
# stub: kit 1.0 ruby lib
//- /usr/share/gems/gems/kit-1.0/lib/kit.rb
//- /usr/share/gems/specifications/kit-2.0.gemspec
# stub: kit 2.0 ruby lib
//- /usr/share/gems/gems/kit-2.0/lib/kit.rb
//- /usr/share/gems/specifications/old-1.0.gemspec
# stub: old 1.0 ruby lib
Gem::Specification.new { |s| s.add_dependency "kit", "~> 1.0" }
//- /usr/share/gems/gems/old-1.0/lib/old.rb
require "kit"
//- /usr/share/gems/gems/old-1.0/exe/old 0755
#!/usr/bin/ruby
require "both"
require "old"
//- /usr/share/gems/specifications/new-1.0.gemspec
# stub: new 1.0 ruby lib
//- /usr/share/gems/gems/new-1.0/lib/new.rb
require "kit"
//- /usr/share/gems/gems/new-1.0/exe/new 0755
#!/usr/bin/ruby
require "both"
require "new"
//- /usr/share/gems/specifications/both-1.0.gemspec
# stub: both 1.0 ruby lib
//- /usr/share/gems/gems/both-1.0/lib/both.rb
require "both/part"
//- /usr/share/gems/gems/both-1.0/lib/both/part.rb
//- /srv/one/run 0755
#!/usr/bin/ruby
$LOAD_PATH.unshift File.expand_path("lib", __dir__)
require "parts"
//- /srv/one/lib/parts.rb
//- /srv/two/run 0755
#!/usr/bin/ruby
$LOAD_PATH.unshift File.expand_path("lib", __dir__)
require "parts"
//- /srv/two/lib/parts.rb
`;

/** The sources that ship for scripts, and those that a run-time of Ruby had needs for, as often as it was asked. */
async function closureOfScripts(...scripts: readonly string[]) {
  const asked: string[] = [];
  const start: typeof ruby.start = async (proc) => {
    const runtime = await ruby.start(proc);
    return {
      start: () => runtime.start(),
      needs: (path) => counted(runtime.needs(path), path),
      settle: () => runtime.settle(),
    };
  };
  async function* counted(yields: ReturnType<Runtime["needs"]>, path: string): ReturnType<Runtime["needs"]> {
    const all: Yield[] = [];
    for await (const one of yields) all.push(one);
    if (all.length > 0) asked.push(path);
    yield* all;
  }
  const { entries } = await closureOf({
    root: builder,
    roots: scripts.map((path) => ({ kind: "binary", pointer: "/binaries/0", view: "main", path }) as const),
    process: { prune: "safe", env: { GEM_HOME: "/usr/share/gems" } },
    plugins: { runtimes: [{ ...ruby, start }] },
  });
  const paths = entries.flatMap(({ kind, path }) => (kind === "file" && path.endsWith(".rb") ? [path] : []));
  return { paths, asked };
}

it("has one run-time for the programs of gems, each with the versions that it asks for", async () => {
  const gems = "/usr/share/gems/gems";
  const { paths, asked } = await closureOfScripts(`${gems}/old-1.0/exe/old`, `${gems}/new-1.0/exe/new`);
  expect(paths).toEqual(
    expect.arrayContaining(["kit-1.0/lib/kit.rb", "kit-2.0/lib/kit.rb"].map((path) => `${gems}/${path}`)),
  );
  expect(new Set(asked).size).toBe(asked.length);
});

it("has one for each program of the author: by one name they may mean other files", async () => {
  const { paths } = await closureOfScripts("/srv/one/run", "/srv/two/run");
  expect(paths).toEqual(expect.arrayContaining(["/srv/one/lib/parts.rb", "/srv/two/lib/parts.rb"]));
});
