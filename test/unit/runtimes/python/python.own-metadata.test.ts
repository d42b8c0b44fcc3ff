import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/lib/python3.13/site-packages";

async function shipped(tree: string, env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- ${site}/table_lib.py
//- ${site}/never_lib.py
${tree}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["bin/desk"], env, workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    plugins: { runtimes: [python] },
  });
  return entries.filter(({ kind }) => kind === "file").map(({ path }) => path.replaceAll(site, "SITE"));
}

const computed = `
//- /app/bin/desk
#!/usr/bin/python3
import sys
from importlib.metadata import distribution
name = "own-" + "desk"
sys.exit([one.load()() for one in distribution(name).entry_points])
`;

const desk = `
//- /app/lib/own_desk-1.dist-info/METADATA
Name: own-desk
//- /app/lib/own_desk-1.dist-info/entry_points.txt
[console_scripts]
desk = desk.main:main
[desk.parts]
more = desk.more:More
//- /app/lib/desk/__init__.py
//- /app/lib/desk/main.py
def main():
    import table_lib
//- /app/lib/desk/more.py
`;

it("takes sources of the application for its own, with metadata beside them that records no installation", async () => {
  const own = await shipped(`${computed}${desk}`, { PYTHONPATH: "/app/lib" });
  expect(own).toContain("/app/lib/desk/main.py");
  expect(own).toContain("SITE/table_lib.py");
  expect(own).not.toContain("SITE/never_lib.py");
});

it("does not miss a module of the application in a directory that only the run puts on sys.path", async () => {
  const codes = async (code: string): Promise<readonly string[]> => {
    const { diagnostics } = await closureOf({
      root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /app/parts/shelf/own_shelf/__init__.py
//- /app/parts/shelf/own_shelf/maps.py
//- /app/bin/desk.py
${code}
import own_shelf.maps, own_shelf.nothing
`,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["bin/desk.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
      plugins: { runtimes: [python] },
    });
    return diagnostics.map(({ severity, message }) => `${severity} ${/import (\S+):/u.exec(message)?.[1] ?? message}`);
  };
  const computed = "import sys\nsys.path[:0] = [str(one) for one in folder.iterdir()]";
  expect(await codes(computed)).toEqual(["warning own_shelf.nothing"]);
  expect(await codes("")).toEqual(["error own_shelf.maps", "error own_shelf.nothing"]);
});

it("loads the entry points of a distribution that is asked for them by its name", async () => {
  const installed = desk.replaceAll("/app/lib/", "/opt/lib/").replace("//- /opt/lib/desk/__init__.py", (line) => {
    return `//- /opt/lib/own_desk-1.dist-info/RECORD\ndesk/__init__.py,,\ndesk/main.py,,\ndesk/more.py,,\n${line}`;
  });
  const script = `
//- /app/bin/desk
#!/usr/bin/python3
import sys
from importlib.metadata import distribution
def load(group):
    return [one.load() for one in distribution("own-desk").entry_points if one.group == group]
sys.exit(load("console_scripts"))
`;
  const env = { PYTHONPATH: "/opt/lib" };
  const named = await shipped(`${script}${installed}`, env);
  expect(named).toContain("/opt/lib/desk/main.py");
  expect(named).toContain("SITE/table_lib.py");
  const all = await shipped(`${script.replace('"console_scripts"', "sys.argv[1]")}${installed}`, env);
  expect(all).toContain("/opt/lib/desk/more.py");
});
