import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { answersAnyName } from "../../../../src/runtimes/python/library-programs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/lib/python3.13/site-packages";
const programs = ["bc", "du", "jq", "tr", "wc", "word-count", "top", "cut", "nl"];

async function started(code: string): Promise<readonly string[]> {
  const { entries, unknowns } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- ${site}/commands_lib.py
import os, types
class Module(types.ModuleType):
    def __getattr__(self, name):
        return lambda *args: os.execvp(name, args)
//- ${site}/lazy_lib.py
def __getattr__(name):
    raise AttributeError(name)
//- ${site}/talk_lib.py
//- ${site}/pipes_lib.py
import subprocess
class Pipe:
    def __init__(self, command, source=None):
        self.process = subprocess.Popen(command, stdin=source)
class Other:
    def __init__(self, command): pass
def unpack(source): return Pipe(["nl"], source)
def pack(source):
    args = ["cut"]
    args.append("-c1")
    Other(["wc"])
    Pipe("top")
    return Pipe(args, source)
${programs.map((name) => `//- /usr/bin/${name} 0755 elf=x86_64\n`).join("")}
//- /app/app.py
${code}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python] },
  });
  const named = new Set(programs.map((name) => `/usr/bin/${name}`));
  const paths = entries.map(({ path }) => path as string).filter((path) => named.has(path));
  return [...paths, ...unknowns.map(({ what }) => what)];
}

it("takes what calls of libraries are given whose names say that they start programs", async () => {
  const code = `
import talk_lib
child = talk_lib.spawn("bc -q")
done = Bus.Subprocess.new(
    ["du", "-s"])
@talk_lib.command("top")
def top(): pass
# talk_lib.spawn("cut")
talk_lib.play("nl")
`;
  expect(await started(code)).toEqual(["/usr/bin/bc", "/usr/bin/du"]);
});

it("takes what arguments are given whose names say that they are commands", async () => {
  const code = `
server.new_session(window_command="top -b")
Task(name="a",
    cmd=["du", "-s"])
command = "cut"
parser.add(recommand="nl", dest="wc")
`;
  expect(await started(code)).toEqual(["/usr/bin/du", "/usr/bin/top"]);
});

it("takes lists that methods answer whose names say that they are commands", async () => {
  const code = `
class Sizes(Task):
    def program_args(self):
        place = "."
        return ["du", "-s", place]
    def commands(self): return ["top", "nl"]
    def program(self):
        pass
    def other(self): return ["cut"]
`;
  expect(await started(code)).toEqual(["/usr/bin/du"]);
});

it("takes lists that a library gives to its own class or function, which starts them", async () => {
  expect(await started("import pipes_lib\n")).toEqual(["/usr/bin/cut", "/usr/bin/nl"]);
});

it.each([
  ["def __getattr__(name):\n    return Command(name)", true],
  ["class Module:\n    def __getattr__(self, name): return Command(name)", true],
  [
    'def __getattr__(name):\n    if name == "version":\n        return read()\n\n    raise AttributeError(name)\n',
    false,
  ],
  ["def __getattr__(name):\n    if name not in table:\n        raise AttributeError\n    return table[name]", false],
  ["@once\nclass __getattr__:\n    colours = property(lambda self: load())", false],
])("tells a module that answers for any name from one that has a few: %s", (code, isAny) => {
  expect(answersAnyName(code)).toBe(isAny);
});

it("takes what a module that makes a program of each name is asked for, and tells of other members", async () => {
  const code = `
import commands_lib
import lazy_lib, talk_lib
from commands_lib import word_count
from lazy_lib import cut
print(commands_lib.wc("-l"), lazy_lib.nl(), commands_lib.tr.bake("a"), commands_lib.top)
`;
  expect(await started(code)).toEqual(["/usr/bin/tr", "/usr/bin/wc", "/usr/bin/word-count", "commands_lib.name(...)"]);
  const renamed = `
import commands_lib as run
print(run.jq(f"{x}"), other.run.nl())
`;
  expect(await started(renamed)).toEqual(["/usr/bin/jq", "commands_lib.name(...)"]);
});
