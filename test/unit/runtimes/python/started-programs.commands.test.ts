import { expect, it } from "vitest";
import type { CallSyntax } from "../../../../src/languages/call-syntax.ts";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { callsByFullName } from "../../../../src/runtimes/python/call-names.ts";
import { pythonCalls } from "../../../../src/runtimes/python/started-programs.ts";

const words = (code: string, syntax: CallSyntax) =>
  startedCommandsIn(code, syntax).map((command) => command.words.join(", "));

it("reads the programs that Python starts", () => {
  expect(
    words(
      `subprocess.run(["git", "log", *rest]); os.system(f"convert {name}")
check_output("ls -l | sort", shell=True)
subprocess.Popen([sys.executable, "-m", "shop.worker"])
c.run(f"{sys.executable} -m shop {folder}")
subprocess.run(command.split())
# subprocess.run("never")
app.run("main:app"); asyncio.run(main())`,
      pythonCalls,
    ),
  ).toMatchInlineSnapshot(`
    [
      "git, log, $unknown",
      "convert $unknown",
      "ls -l | sort",
      ", -m, shop.worker",
      " -m shop $unknown",
      "",
    ]
  `);
});

it("reads commands of functions that are handed on in Python", () => {
  expect(
    words(
      `threading.Thread(target=subprocess.call, args=(["jq", "."],))
await asyncio.to_thread(subprocess.run, ["bc", "-l"])
list(map(subprocess.run, [["tree"], ["sort"]]))
run = subprocess.run
loop.subprocess_exec(lambda: Protocol(), "jq", "-r")
loop.subprocess_shell(Protocol, f"jq . {name} | bc")`,
      pythonCalls,
    ),
  ).toEqual(["jq, .", "bc, -l", "tree", "jq, -r", "jq . $unknown | bc"]);
  const alias =
    "run = functools.partial(subprocess.run, check=True)\nrun(['jq', '.'])\nself.run(['bc'])\nx.run(['tree'])";
  expect(words(callsByFullName(alias), pythonCalls)).toEqual(["jq, .", "bc"]);
});

it("reads commands that methods of an application's tools are given in Python", () => {
  const code = `c.run("tree data | jq -r .", hide=True)
conn.local(f"file -b {name}")
c.run(f"{tool} -r .name")
c.run(" ".join(["mlr", "--icsv", path]))
app.run("0.0.0.0", port=1)
uvicorn.run(f"{name}:app")
uvicorn.run("app:app")`;
  expect(words(code, pythonCalls)).toEqual([
    "tree data | jq -r .",
    "file -b $unknown",
    "$unknown -r .name",
    "mlr --icsv $unknown",
  ]);
});
