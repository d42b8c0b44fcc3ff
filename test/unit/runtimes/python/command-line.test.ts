import { describe, expect, it } from "vitest";
import { parseCommand } from "../../../../src/runtimes/python/command-line.ts";

describe("a command line", () => {
  it.for([
    [["app.py", "-m"], { kind: "script", path: "app.py" }, ["-m"]],
    [["-Bum", "gunicorn", "app:app"], { kind: "module", name: "gunicorn" }, ["app:app"]],
    [["-mgunicorn"], { kind: "module", name: "gunicorn" }, []],
    [["-X", "utf8", "-W", "error", "-c", "import os", "x"], { kind: "code", source: "import os" }, ["x"]],
    [["--check-hash-based-pycs", "never", "-"], { kind: "none" }, []],
    [[], { kind: "none" }, []],
  ] as const)("%j", ([args, target, rest]) => {
    const command = parseCommand(args);
    expect({ target: command.target, rest: command.rest }).toEqual({ target, rest });
  });

  it("knows what isolates", () => {
    const { ignoresEnvironment, skipsSite, skipsUserSite, isSafePath } = parseCommand(["-IS", "x.py"]);
    expect([ignoresEnvironment, skipsSite, skipsUserSite, isSafePath]).toEqual([true, true, true, true]);
  });
});
