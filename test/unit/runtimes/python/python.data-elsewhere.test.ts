import { expect, test } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/local/lib/python3.13/dist-packages";

/** A distribution with data outside the site directory, and another one that nothing imports. */
const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# local/lib/python3.13/dist-packages
//- /usr/lib/python3.13/encodings/__init__.py
//- ${site}/desk-1.dist-info/METADATA
Name: desk
Version: 1
//- ${site}/desk-1.dist-info/RECORD
../../../bin/desk-admin,,
../../../include/desk.h,,
../../../share/desk/templates/page.html,,
../../../share/locale/de/LC_MESSAGES/desk.mo,,
../../../share/locale/fr/LC_MESSAGES/desk.mo,,
../../../share/man/man1/desk-admin.1,,
desk/__init__.py,,
//- ${site}/desk/__init__.py
//- ${site}/other-1.dist-info/METADATA
Name: other
Version: 1
//- ${site}/other-1.dist-info/RECORD
../../../share/other/data.txt,,
other/__init__.py,,
//- ${site}/other/__init__.py
//- /usr/local/bin/desk-admin 0755
#!/usr/bin/python3
//- /usr/local/include/desk.h
//- /usr/local/share/desk/templates/page.html
//- /usr/local/share/locale/de/LC_MESSAGES/desk.mo
//- /usr/local/share/man/man1/desk-admin.1
//- /usr/local/share/other/data.txt
//- /app/app.py
import desk
`;

test.each(["safe", "reachable"] as const)(
  "at %s, data that a distribution installed outside the site directory ships with its modules",
  async (prune) => {
    const { entries } = await closureOf({
      root,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune, stdlib: prune },
      plugins: { runtimes: [python] },
    });
    const files = entries.flatMap(({ path, kind }) => (kind === "file" ? [path as string] : []));
    expect(files.filter((path) => path.startsWith("/usr/local/") && !path.startsWith(site))).toEqual([
      "/usr/local/share/desk/templates/page.html",
      "/usr/local/share/locale/de/LC_MESSAGES/desk.mo",
    ]);
  },
);

test("a directory of data that a package puts together ships where it bears the name of the package", async () => {
  const packages = "/usr/lib/python3/dist-packages";
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- ${packages}/desktool/__init__.py
import sys
from os.path import join
places = [join(sys.prefix, "share", "desktool"), join(up, "share/desk-tool-extra"), join(up, "share", "other")]
//- /usr/share/desktool/meta/index.json
//- /usr/share/desk-tool-extra/a.json
//- /usr/share/other/b.json
//- /app/app.py
import desktool
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { runtimes: [python] },
  });
  const files = entries.flatMap(({ path, kind }) => (kind === "file" ? [path as string] : []));
  expect(files.filter((path) => path.startsWith("/usr/share/"))).toEqual([
    "/usr/share/desk-tool-extra/a.json",
    "/usr/share/desktool/meta/index.json",
  ]);
});

test.each(["safe", "reachable"] as const)(
  "at %s, a module of an application brings the directory of a file whose name the run tells",
  async (prune) => {
    const { entries } = await closureOf({
      root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
//- /usr/share/styles/all/plain.csl
//- /usr/share/letters/de.txt
//- /usr/share/letters/fr.txt
//- /app/app.py
import parts.papers
//- /app/parts/papers.py
style = Style("/usr/share/styles/all/%s.csl" % section["style"])
letter = open(f"/usr/share/letters/{language}.txt")
`,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune, stdlib: prune },
      plugins: { runtimes: [python] },
    });
    const files = entries.flatMap(({ path, kind }) => (kind === "file" ? [path as string] : []));
    expect(files.filter((path) => path.startsWith("/usr/share/"))).toEqual([
      "/usr/share/letters/de.txt",
      "/usr/share/letters/fr.txt",
      "/usr/share/styles/all/plain.csl",
    ]);
  },
);

test.each(["safe", "reachable"] as const)("at %s, a file that an address of no host names ships", async (prune) => {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3/dist-packages/suffixes/__init__.py
places = ("file:///usr/share/publicsuffix/names.dat", "https://publicsuffix.org/list/names.dat")
//- /usr/share/publicsuffix/names.dat -> list.dat
//- /usr/share/publicsuffix/list.dat
//- /usr/share/words/words.db
//- /app/app.py
import suffixes
engine = "sqlite:////usr/share/words/words.db"
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune, stdlib: prune },
    plugins: { runtimes: [python] },
  });
  expect(entries.map(({ path }) => path as string)).toEqual(
    expect.arrayContaining(["/usr/share/publicsuffix/list.dat", "/usr/share/words/words.db"]),
  );
});

test("a source names a database by the beginning of its files", async () => {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/share/words/own.idx
//- /usr/share/words/own.pwd
//- /usr/share/words/other.pwd
//- /app/app.py
import words
words.look("/usr/share/words/own")
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
    plugins: { runtimes: [python] },
  });
  const files = entries.map(({ path }) => path).filter((path) => path.startsWith("/usr/share/words/"));
  expect(files).toEqual(["/usr/share/words/own.idx", "/usr/share/words/own.pwd"]);
});

test("at reachable, a source outside of the application has the data that it finds from its own place", async () => {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /var/lib/lobby/
//- /opt/lobby/bot/__init__.py
//- /opt/lobby/bot/commands/berth.py
TABLE = os.path.join(
    os.path.dirname(__file__),
    "..", "data", "berths.csv",
)
PAGES = Path(__file__).parent.parent / "pages"
//- /opt/lobby/bot/data/berths.csv
//- /opt/lobby/bot/pages/a.html
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["/opt/lobby/bot/commands/berth.py"],
      workdir: toAbsPath("/var/lib/lobby"),
      appRoot: toAbsPath("/var/lib/lobby"),
      env: { PYTHONPATH: "/opt/lobby" },
      prune: "reachable",
    },
    plugins: { runtimes: [python] },
  });
  const found = entries.map(({ path }) => path).filter((path) => /\.(?:csv|html)$/u.test(path));
  expect(found).toEqual(["/opt/lobby/bot/data/berths.csv", "/opt/lobby/bot/pages/a.html"]);
});

test("at reachable, a package of the author's names a directory beside that of packages", async () => {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /opt/lobby/lib/bot/__init__.py
//- /opt/lobby/lib/bot/__main__.py
TEXTS = os.environ.get("LOBBY_TEXTS", "/opt/lobby/texts")
//- /opt/lobby/lib/bot-1.dist-info/METADATA
Name: bot
//- /opt/lobby/lib/bot-1.dist-info/RECORD
bot/__init__.py,,
bot/__main__.py,,
//- /opt/lobby/texts/de/a.mo
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["-m", "bot"], env: { PYTHONPATH: "/opt/lobby/lib" }, prune: "reachable" },
    plugins: { runtimes: [python] },
  });
  expect(entries.map(({ path }) => path)).toContain("/opt/lobby/texts/de/a.mo");
});

test("a package names a directory that others have together, where it depends on each of them", async () => {
  const packages = { "python3-kit": "kit-pip, kit-setuptools", "kit-pip": "", "kit-setuptools": "", "kit-wheel": "" };
  const status = Object.entries(packages).map(
    ([name, depends]) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n${depends === "" ? "" : `Depends: ${depends}\n`}\n`,
  );
  const shipped = async (more: string): Promise<readonly string[]> => {
    const { entries } = await closureOf({
      root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3/dist-packages/kit.py
wheels = os.listdir("/usr/share/wheels")
//- /usr/share/wheels/pip.whl
//- /usr/share/wheels/setuptools.whl
//- /var/lib/dpkg/status
${status.join("")}//- /var/lib/dpkg/info/python3-kit.list
/usr/lib/python3/dist-packages/kit.py
//- /var/lib/dpkg/info/kit-pip.list
/usr/share/wheels
/usr/share/wheels/pip.whl
//- /var/lib/dpkg/info/kit-setuptools.list
/usr/share/wheels
/usr/share/wheels/setuptools.whl
//- /var/lib/dpkg/info/kit-wheel.list
/usr/share/wheels
/usr/share/wheels/wheel.whl
${more}//- /app/app.py
import kit
`,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: "reachable" },
      plugins: { runtimes: [python], packages: [dpkg] },
    });
    return entries.flatMap(({ path }) => (path.startsWith("/usr/share/wheels/") ? [path] : []));
  };
  expect(await shipped("")).toEqual(["/usr/share/wheels/pip.whl", "/usr/share/wheels/setuptools.whl"]);
  // A file of a package that it does not depend on: the directory is everybody's.
  expect(await shipped("//- /usr/share/wheels/wheel.whl\n")).toEqual([]);
});
