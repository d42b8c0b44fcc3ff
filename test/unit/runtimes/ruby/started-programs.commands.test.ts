import { expect, it } from "vitest";
import type { CallSyntax } from "../../../../src/languages/call-syntax.ts";
import { isOpenCommand, startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { rubyAppCalls, rubyCalls } from "../../../../src/runtimes/ruby/started-programs.ts";

const words = (code: string, syntax: CallSyntax) =>
  startedCommandsIn(code, syntax).map((command) => command.words.join(", "));

it("reads the programs that Ruby starts", () => {
  expect(
    words(
      `system("git", "log"); exec 'ls -l'
spawn({ "A" => "b" }, "sleep 1")
out = \`date +%s\`; x = %x(who am)
IO.popen(["tar", "x", name]); Open3.capture2e("jq #{filter} .")
Process.spawn("a" + name)
COMMAND = "convert x"
system(COMMAND)
system(given)
client.exec("SELECT 1"); def system(name) = name`,
      rubyCalls,
    ),
  ).toMatchInlineSnapshot(`
    [
      "date +%s",
      "who am",
      "git, log",
      "ls -l",
      "sleep 1",
      "tar, x, $unknown",
      "jq $unknown .",
      "a$unknown",
      "convert x",
      "",
    ]
  `);
});

it("reads commands in Ruby's other quotes", () => {
  const code = 'system(%q(own "x")); spawn %Q[own -e "#{name}"]\nIO.popen(%{own | other})';
  expect(words(code, rubyCalls)).toEqual(['own "x"', 'own -e "$unknown"', "own | other"]);
});

it("reads lists of words that calls of Ruby are given in other ways", () => {
  const code = `
sh %w[sort -r]
run(*%w[tr a b])
system(*["cut", "-c1"])
IO.popen([{ "LC_ALL" => "C" }, "uniq", "-c"])
`;
  expect(words(code, rubyAppCalls)).toEqual(["sort, -r", "tr, a, b", "cut, -c1", "uniq, -c"]);
});

it("reads each command of a pipeline of Ruby", () => {
  const code = `
Open3.pipeline_r(["printf", "b\\\\na"], ["sort"], ["head", "-n1"]) { |o, _| o.read }
Open3.pipeline("cat /etc/hosts", "sort -r", 'head -n 1', out: "/tmp/a")
[["a"], ["b"]].each { |x, y| z(["c"], ["d"]) }
`;
  expect(words(code, rubyCalls)).toEqual([
    String.raw`printf, b\na`,
    "sort",
    "head, -n1",
    "cat /etc/hosts",
    "sort -r",
    "head -n 1",
  ]);
});

it("reads the commands that an application of Ruby gives to methods of its tasks", () => {
  const code = `
execute :tar, "-x", file
kernel = capture(:uname, "-s")
sh "ls -l"
background "sleep 1"
inside(".") { run "ls -1 | tr a-z A-Z" }
run_command! "cut -c1"
ssh.execute "id"
run App
def execute(name) = name
sort_by :name
system(:true)
`;
  expect(words(code, rubyAppCalls)).toEqual([
    "tar, -x, $unknown",
    "uname, -s",
    "ls -l",
    "sleep 1",
    "ls -1 | tr a-z A-Z",
    "cut -c1",
    "id",
    "true",
  ]);
});

it("reads what libraries of Ruby are given whose names say that they start it", () => {
  const code = `
status, out = systems "date -u +%Y"
child = POSIX::Spawn::Child.new("sort", input: text)
Line::Command.new.run("du -s", dir)
ChildProcess.build('sleep', "1")
command "list" do
subcommand "sort", Sort
FileSystem.new("cut")
def spawn_it("cut") = 1
x.shell_out
`;
  expect(words(code, rubyAppCalls)).toEqual(["date -u +%Y", "sort, $unknown", "du -s", "sleep, 1"]);
  const open = startedCommandsIn(
    `POSIX::Spawn::Child.new(*@settings["pack"], input: x)\nCommand.new(name)`,
    rubyAppCalls,
  );
  expect(open.map((one) => isOpenCommand(one))).toEqual([true]);
});

it("reads calls by symbols, pipelines of lists and texts, and lists of which one is chosen in Ruby", () => {
  const code = `Kernel.send(:system, "jq", ".")
[["jq"]].each { |c| Kernel.method(:system).call(*c) }
Kernel.instance_method(:system).bind_call(self, given)
Open3.pipeline(["jq", "."], "bc")
tool = %w[gojq jq].find { |c| on_path?(c) }
system(tool)`;
  expect(words(code, rubyCalls)).toEqual(["jq, .", "", "", "jq, .", "bc", "gojq", "jq"]);
});

it("takes commands of any module of Ruby that starts them by a name of Ruby's own", () => {
  const code = `Open5.popen4("tr a-z A-Z") { |pid, i, o| o.read }\nOwn::Run.spawn("sort -r")\nOpen5::popen4e "uniq -c"`;
  expect(words(code, rubyCalls)).toEqual(["tr a-z A-Z", "sort -r", "uniq -c"]);
  expect(words(`fibers.spawn("cut")\npage.capture3 "paste"`, rubyCalls)).toEqual([]);
});
