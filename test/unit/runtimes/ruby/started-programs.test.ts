import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-ruby.ts";

it("starts the programs that sources of the application start, and tells of those that only the run knows", async () => {
  const app = `
//- /usr/bin/convert 0755 elf=x86_64 loader=
//- /app/app.rb
system("convert", "a.png", size)
system(given)
`;
  const traced = await trace(app, { prune: "reachable", appRoot: toAbsPath("/app") });
  expect(traced).toContain("/usr/bin/convert");
  expect(traced).toContain("unknown: /app/app.rb:2 system(given): warned");
});

it("starts no program of a gem's samples", async () => {
  const application = (directory: string): string => `
    //- /app/app.rb
    require "term"
    //- /var/lib/gems/3.3.0/specifications/term-1.0.gemspec
    # stub: term 1.0 ruby lib
    //- /var/lib/gems/3.3.0/gems/term-1.0/lib/term.rb
    //- /var/lib/gems/3.3.0/gems/term-1.0/${directory}/pty.rb
    system("tool x")
    //- /usr/bin/tool 0755 elf=x86_64
  `;
  expect(await trace(application("tools"), { prune: "safe" })).toContain("/usr/bin/tool");
  expect(await trace(application("samples"), { prune: "safe" })).not.toContain("/usr/bin/tool");
});

it("starts scripts of other languages that a source finds from its own place, where it starts programs", async () => {
  const application = (call: string): string => `
    //- /app/app.rb
    require "marker"
    //- /usr/lib/ruby/vendor_ruby/marker.rb
    argv = [*binary, File.join(__dir__, "helper.py")]
    ${call}
    //- /usr/lib/ruby/vendor_ruby/helper.py 0755
    #!/opt/tool
    //- /opt/tool 0755 elf=x86_64
  `;
  for (const prune of ["safe", "reachable"] as const) {
    expect(await trace(application("Open3.popen3(*argv)"), { prune })).toContain("/opt/tool");
    expect(await trace(application("File.read(argv.last)"), { prune })).not.toContain("/opt/tool");
  }
});
