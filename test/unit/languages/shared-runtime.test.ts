import { Readable } from "node:stream";
import { expect, it } from "vitest";
import type { Yield } from "../../../src/closure/model/closure.ts";
import { resolveClosure } from "../../../src/closure/walk/resolve.ts";
import { type OneProcess, shareRuntime } from "../../../src/languages/shared-runtime.ts";
import type { AbsPath } from "../../../src/rootfs/rootfs.ts";
import { openInstallation } from "../../../src/runtimes/ruby/installation.ts";
import { ruby } from "../../../src/runtimes/ruby/ruby.ts";
import { bare, type ClosureCase, closureOf, openCase } from "../../support/closure.ts";

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
require "old"
//- /usr/share/gems/specifications/new-1.0.gemspec
# stub: new 1.0 ruby lib
//- /usr/share/gems/gems/new-1.0/lib/new.rb
require "kit"
//- /usr/share/gems/gems/new-1.0/exe/new 0755
#!/usr/bin/ruby
require "new"
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

function caseOf(scripts: readonly string[], start: typeof ruby.start): ClosureCase {
  return {
    root: builder,
    roots: scripts.map((path) => ({ kind: "binary", pointer: "/binaries/0", view: "main", path }) as const),
    process: { prune: "safe", env: { GEM_HOME: "/usr/share/gems" } },
    plugins: { runtimes: [{ ...ruby, start }] },
  };
}

async function sourcesOf(...scripts: readonly string[]): Promise<readonly string[]> {
  const { entries } = await closureOf(caseOf(scripts, (proc) => ruby.start(proc)));
  return entries.flatMap(({ kind, path }) => (kind === "file" && path.endsWith(".rb") ? [path] : []));
}

const gems = "/usr/share/gems/gems";
const programs = [`${gems}/new-1.0/exe/new`, `${gems}/old-1.0/exe/old`];

/** The scripts of each run-time that was opened for them. */
async function runtimesOf(...scripts: readonly string[]): Promise<readonly (readonly (AbsPath | undefined)[])[]> {
  const opened: (AbsPath | undefined)[][] = [];
  const start: typeof ruby.start = async (proc) => {
    const installation = await openInstallation(proc, []);
    if (installation === undefined) throw new Error("no library");
    const { gems, script } = installation;
    return shareRuntime({ proc, script, options: [], packages: gems.directories }, async () => {
      const own = [script];
      opened.push(own);
      const nothing = (): AsyncIterable<Yield> => Readable.from([]);
      const join = (more: OneProcess): AsyncIterable<Yield> => {
        own.push(more.script);
        return nothing();
      };
      return { start: nothing, join, needs: nothing, settle: nothing };
    });
  };
  const input = caseOf(scripts, start);
  const { request, views } = openCase(input);
  await resolveClosure(request, views, { ...bare, ...input.plugins });
  return opened;
}

it("has one run-time for the programs of gems", async () => {
  expect(await runtimesOf(...programs)).toEqual([programs]);
});

it("gives each of them the versions that it asks for", async () => {
  expect(await sourcesOf(...programs)).toEqual(
    expect.arrayContaining([`${gems}/kit-1.0/lib/kit.rb`, `${gems}/kit-2.0/lib/kit.rb`]),
  );
});

it("has one for each program of the author: by one name they may mean other files", async () => {
  const own = ["/srv/one/run", "/srv/two/run"];
  expect(await runtimesOf(...own)).toEqual(expect.arrayContaining(own.map((path) => [path])));
  expect(await sourcesOf(...own)).toEqual(expect.arrayContaining(["/srv/one/lib/parts.rb", "/srv/two/lib/parts.rb"]));
});
