import { describe, expect, it } from "vitest";
import { createWaiting, gateOf, gateWordsIn } from "../../../../src/runtimes/python/gates.ts";

describe("imports that wait", () => {
  it("are of the module, and below it where the gate says so", () => {
    expect(gateOf("shutil", "bz2")?.words).toContain("unpack_archive");
    expect(gateOf("asyncio.streams", "ssl")?.from).toBe("asyncio.*");
    expect(gateOf("mymodule", "bz2")).toBeUndefined();
    expect(gateOf("asyncio.sslproto", "ssl")?.words).toContain("tls");
    expect(gateOf("importlib._bootstrap_external", "importlib.readers")?.words).toEqual(["get_resource_reader"]);
    expect(gateOf("importlib._bootstrap_external", "importlib.metadata")?.words).toContain("find_distributions");
    expect(gateOf("calendar", "argparse")?.words).toEqual(
      expect.arrayContaining(["calendar.main", "calendar import main", "import calendar as "]),
    );
    expect(gateOf("site", "_pyrepl.readline")?.words).toContain("interact(");
  });

  it("are not set free by what the documentation of a class says", () => {
    const words = (text: string) => [...gateWordsIn(text)];
    expect(words('class A:\n    """Text for\n    help(). It is\n    made late.\n    """\n    x = 1\n')).toEqual([]);
    expect(words('def f():\n    """Shows it."""\n    help(f)\n')).toEqual(["    help("]);
    expect(words('a = """\n    help(f)\n"""\n')).toEqual(["    help("]);
    expect(words('def f():\n    """never closed\n    help(f)\n')).toEqual(["    help("]);
  });

  it("are set free by a word of another package, before or after they wait", () => {
    const gate = gateOf("shutil", "zipfile");
    if (gate === undefined) throw new Error("no gate");
    const waiting = createWaiting<string>();
    expect(waiting.wait(gate, "one")).toBe(false);
    expect(waiting.meet(gateWordsIn("make_archive"), "shutil", "site")).toEqual([]);
    expect(waiting.meet(gateWordsIn("make_archive(x)"), "app", "app")).toEqual(["one"]);
    expect(waiting.meet(gateWordsIn("make_archive(x)"), "app", "app")).toEqual([]);
    expect(waiting.wait(gate, "two")).toBe(true);
  });
});
