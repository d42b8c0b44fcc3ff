import { expect, it } from "vitest";
import type { SystemPackage } from "../../../src/closure/model/closure.ts";
import { DependencyPrograms } from "../../../src/languages/dependency-programs.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { rubyCalls } from "../../../src/runtimes/ruby/started-programs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const root = fixtureRoot(`
//- /usr/lib/ruby/magick.rb
//- /usr/lib/ruby/plain.rb
//- /usr/lib/ruby/jobs.rb
Open3.capture3("pgrep -P", *rest); tools = %w[ps w]
//- /usr/bin/pgrep 0755 elf=x86_64
//- /usr/bin/ps 0755 elf=x86_64
//- /usr/bin/top 0755 elf=x86_64
//- /usr/bin/vmstat 0755 elf=x86_64
//- /usr/bin/watch 0755 elf=x86_64
//- /usr/bin/ruby -> ruby3.3
//- /usr/bin/ruby3.3 0755 elf=x86_64
//- /usr/bin/convert -> /etc/alternatives/convert
//- /etc/alternatives/convert -> /usr/bin/convert-q16
//- /usr/bin/convert-q16 0755 elf=x86_64
//- /usr/bin/magick-script 0755
#!/bin/sh
//- /usr/bin/su-magick 4755 elf=x86_64
//- /usr/bin/other 0755 elf=x86_64
//- /usr/local/bin/own 0755 elf=x86_64
//- /usr/lib/ruby/gem.rb
//- /usr/lib/ruby/backend.rb
shell = "/bin/sh"
//- /usr/lib/ruby/detect.rb
run_command('top -b') && run_command('nothing here')
//- /usr/lib/ruby/checks.rb
LINTPATH = 'own-lint'; tidy = which('own-tidy'); Open3.capture3(*args); lock = "/usr/bin/lint-lock"
//- /usr/lib/ruby/unnamed.rb
//- /usr/lib/ruby/roles/held.rb
def command = "other"
def _build_cmd
  windows? ? "own-lint.bat" : "own-lint"
end
//- /usr/lib/ruby/roles/starts.rb
//- /usr/lib/ruby/roles/map.rb
//- /usr/bin/own-lint 0755
#!/usr/bin/ruby
//- /usr/bin/lint-lock 02755 elf=x86_64
//- /usr/bin/lint-su 04755 elf=x86_64
//- /usr/bin/own-tidy 0755
#!/usr/bin/perl
//- /usr/lib/help.pl 0755
#!/usr/bin/perl
`);

function packageOf(name: string, programs: readonly string[], dependencies: readonly SystemPackage[]): SystemPackage {
  const paths = programs.map((path) => toAbsPath(path));
  return { name, source: name, files: [], programs: paths, directories: [], dependencies: () => dependencies };
}

const ruby = packageOf("ruby3.3", ["/usr/bin/ruby3.3"], []);
const tools = packageOf("magick-q16", ["/usr/bin/convert-q16", "/usr/bin/magick-script", "/usr/bin/su-magick"], []);
const cover = packageOf("magick", [], [tools]);
const library = packageOf("ruby-magick", [], [packageOf("ruby", ["/usr/bin/ruby"], []), cover]);
const box = ["pgrep", "ps", "top", "vmstat", "watch"].map((name) => `/usr/bin/${name}`);
const jobs = {
  ...packageOf("ruby-jobs", [], [packageOf("procps", box, [])]),
  files: [toAbsPath("/usr/lib/ruby/jobs.rb")],
};
const forShells = {
  ...packageOf("ruby-backend", [], []),
  files: [toAbsPath("/usr/lib/ruby/backend.rb"), toAbsPath("/usr/lib/ruby/detect.rb")],
};
const roles = packageOf("ruby-roles", [], []);
const locks = ["/usr/bin/lint-lock", "/usr/bin/lint-su"];
const lint = packageOf("own-lint", ["/usr/bin/own-lint", "/usr/bin/own-tidy", ...locks], []);
const checks = { ...packageOf("ruby-checks", [], [lint]), files: [toAbsPath("/usr/lib/ruby/checks.rb")] };
const unnamed = { ...packageOf("ruby-unnamed", [], [lint]), files: [toAbsPath("/usr/lib/ruby/unnamed.rb")] };
const bundled = { ...packageOf("libruby3.3", [], [tools]), source: "ruby3.3" };
const owners = new Map([
  ["/usr/lib/ruby/bundled.rb", bundled],
  ["/usr/lib/ruby/checks.rb", checks],
  ["/usr/lib/ruby/unnamed.rb", unnamed],
  ["/usr/lib/ruby/roles/held.rb", roles],
  ["/usr/lib/ruby/roles/starts.rb", roles],
  ["/usr/lib/ruby/roles/map.rb", roles],
  ["/usr/bin/own-lint", lint],
  ["/usr/bin/convert-q16", tools],
  ["/usr/bin/su-magick", tools],
  ["/usr/lib/ruby/jobs.rb", jobs],
  ["/usr/lib/ruby/magick.rb", library],
  ["/usr/bin/ruby3.3", ruby],
  ["/usr/lib/ruby/backend.rb", forShells],
  ["/usr/lib/ruby/detect.rb", forShells],
]);
const proc = {
  root,
  program: toAbsPath("/usr/bin/ruby"),
  realProgram: toAbsPath("/usr/bin/ruby3.3"),
  workdir: toAbsPath("/app"),
  findProgram: (name: string) => Promise.resolve(toAbsPath(name, toAbsPath("/usr/bin"))),
  systemPackage: (path: string) => Promise.resolve(owners.get(path)),
};

it("takes the programs of the packages that a package which starts programs depends on", async () => {
  const programs = new DependencyPrograms({ proc, files: processFiles(root) });
  const startedBy = async (code: string, path: string, isApp = false): Promise<readonly string[]> => {
    const found = await programs.startedBy(code, { path: toAbsPath(path), syntax: rubyCalls, isApp });
    return found.map((one) => ("need" in one ? `${one.need.path}: ${one.need.why}` : `unknown ${one.unknown.what}`));
  };
  const locks = 'system("/usr/bin/lint-lock", file); system("lint-su")';
  expect(await startedBy(locks, "/usr/lib/ruby/gem.rb")).toEqual(["/usr/bin/lint-lock: starts /usr/bin/lint-lock"]);
  const command = "Open3.capture3(env, *command)";
  expect(await startedBy("puts 1", "/usr/lib/ruby/magick.rb")).toEqual([]);
  expect(await startedBy(command, "/usr/lib/ruby/plain.rb")).toEqual([]);
  const why = "starts programs, and its package ruby-magick depends on magick-q16";
  expect(await startedBy(command, "/usr/lib/ruby/magick.rb")).toEqual([
    `/usr/bin/convert-q16: ${why}`,
    `/usr/bin/convert: ${why}`,
  ]);
  expect(await startedBy(command, "/usr/lib/ruby/magick.rb")).toEqual([]);
  // What the run-time's own package depends on is not for one of the libraries in it.
  expect(await startedBy(command, "/usr/lib/ruby/bundled.rb")).toEqual([]);
  expect(await startedBy(`commands :make => "convert-q16", :gone => "other"`, "/usr/lib/ruby/magick.rb")).toEqual([
    "/usr/bin/convert-q16: lists it among its commands, and its package depends on magick-q16",
  ]);
  expect(await startedBy("sub _build_cmd {'convert-q16'}", "/usr/lib/ruby/magick.rb")).toEqual([
    "/usr/bin/convert-q16: lists it among its commands, and its package depends on magick-q16",
    "/usr/bin/convert-q16: holds the program convert-q16 in _build_cmd",
  ]);
  const jobsWhy = "starts programs, and its package ruby-jobs depends on procps";
  expect(await startedBy(command, "/usr/lib/ruby/jobs.rb")).toEqual([
    `/usr/bin/pgrep: ${jobsWhy}`,
    `/usr/bin/ps: ${jobsWhy}`,
  ]);
  const texts = `${command}; tools = ["convert-q16 -x", "su-magick", "other", "/usr/local/bin/own -x", "/bin/sh"]`;
  expect(await startedBy(texts, "/usr/lib/ruby/gem.rb")).toEqual([
    "/usr/bin/convert-q16: starts programs, and has texts that begin with convert-q16",
    "/usr/local/bin/own: starts programs, and has texts that begin with /usr/local/bin/own",
  ]);
  expect(await startedBy(texts.replace(command, ""), "/usr/lib/ruby/gone.rb")).toEqual([]);
  expect(
    await startedBy(
      "system('other', 'x'); system('other > log'); system('/usr/lib/help.pl', 'x')",
      "/usr/lib/ruby/gem.rb",
    ),
  ).toEqual(["/usr/bin/other: starts other"]);
  expect(await startedBy("system('other', 'x')", "/app/a.rb", true)).toEqual(["/usr/bin/other: starts other"]);
  expect(await startedBy("system(*given.words)", "/app/a.rb", true)).toEqual([
    "unknown system(*given.words)",
    "/usr/bin/other: starts programs by names that the run tells, and has texts that begin with other",
  ]);
});

it("takes what the texts of a package begin with that starts programs and names a shell", async () => {
  const programs = new DependencyPrograms({ proc, files: processFiles(root) });
  const startedBy = async (code: string, path: string): Promise<readonly string[]> => {
    const found = await programs.startedBy(code, { path: toAbsPath(path), syntax: rubyCalls, isApp: false });
    return found.map((one) => ("need" in one ? one.need.path : one.unknown.what));
  };
  expect(await startedBy("spawn(command)", "/usr/lib/ruby/detect.rb")).toEqual([]);
  expect(await startedBy('shell = "/bin/sh"', "/usr/lib/ruby/backend.rb")).toEqual(["/usr/bin/top"]);
});

it("takes what any source of a package holds, once one of its sources starts programs", async () => {
  const programs = new DependencyPrograms({ proc, files: processFiles(root) });
  const startedBy = async (code: string, path: string): Promise<readonly string[]> => {
    const found = await programs.startedBy(code, { path: toAbsPath(path), syntax: rubyCalls, isApp: false });
    return found.map((one) => ("need" in one ? `${one.need.path} ${one.from ?? ""}` : one.unknown.what));
  };
  expect(await startedBy("run(cmd); Etc.getpwuid", "/usr/lib/ruby/roles/held.rb")).toEqual([]);
  expect(await startedBy("Open3.capture3(*made)", "/usr/lib/ruby/roles/starts.rb")).toEqual([
    "/usr/bin/other /usr/lib/ruby/roles/held.rb",
    "/usr/bin/own-lint /usr/lib/ruby/roles/held.rb",
  ]);
  expect(await startedBy('hash[key] = "/usr/bin/top #{key}"', "/usr/lib/ruby/roles/map.rb")).toEqual([
    "/usr/bin/top /usr/lib/ruby/roles/map.rb",
  ]);
  const gem = "/var/lib/gems/3.3.0/gems/own-1.0/lib";
  expect(await startedBy("def command = 'other'", `${gem}/a.rb`)).toEqual([]);
  expect(await startedBy("def command = 'other'", "/var/lib/gems/3.3.0/gems/two-1.0/lib/a.rb")).toEqual([]);
});

it("takes what one source of the application holds where another starts programs", async () => {
  const main = 'TOOL_PATH = "convert-q16"';
  const app = fixtureRoot(`//- /app/main.rb\n${main}\n`);
  const programs = new DependencyPrograms({ proc: { ...proc, root: app }, files: processFiles(app) });
  const startedBy = async (code: string, path: string): Promise<readonly string[]> => {
    const found = await programs.startedBy(code, { path: toAbsPath(path), syntax: rubyCalls, isApp: true });
    return found.flatMap((one) => ("need" in one ? one.need.path : []));
  };
  expect(await startedBy(main, "/app/main.rb")).toEqual([]);
  expect(await startedBy("system(*command)", "/app/lib/run.rb")).toEqual(["/usr/bin/convert-q16"]);
});

it("takes a script of any run-time that a package depends on and names", async () => {
  const programs = new DependencyPrograms({ proc, files: processFiles(root) });
  const of = async (path: string) => (await programs.of(toAbsPath(path))).map((need) => need.path);
  expect(await of("/usr/lib/ruby/checks.rb")).toEqual(["/usr/bin/own-lint", "/usr/bin/own-tidy", "/usr/bin/lint-lock"]);
  expect(await of("/usr/lib/ruby/unnamed.rb")).toEqual([]);
});
