import { expect, it } from "vitest";
import { pathsWritten } from "../../../../src/formats/text/written-places.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/node 0755 elf=x86_64 static
//- /usr/share/tool/
//- /data/
//- /srv/uploads/
//- /srv/uploads/2024/
//- /var/lib/shop/
//- /opt/addressed/
//- /opt/queue/
//- /opt/spool/
//- /opt/untold/
//- /app/main.js
import { writeFileSync } from "node:fs";
writeFileSync("/data/app.db", "");
writeFileSync(\`/srv/uploads/\${name}.png\`, "");
mkdirSync('/var/lib/shop/cache/pictures');
app.get("/items/all", () => fetch("http://opt/untold/x"));
writeFileSync("/usr/share/tool/x", "");
//- /app/node_modules/kept/index.js
writeFileSync("/opt/untold/x", "");
`;

it("takes the directories, without what lies there, in which a source, the command or a variable names files", async () => {
  const { entries, diagnostics } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
    process: {
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      cmd: ["/app/main.js", "--queue=/opt/queue/jobs", "--spool=file:///opt/addressed/x"],
      env: { DATABASE_URL: "sqlite:////opt/spool/app.db" },
      entries: [toAbsPath("/app/main.js")],
    },
    plugins: { ...allPlugins(), features: [] },
  });
  const own = /^\/(?:data|opt\/|srv\/|var\/lib\/)/u;
  const found = entries.filter(({ path }) => own.test(path) && !/dpkg/u.test(path)).map(({ path }) => path);
  expect(found).toEqual([
    "/data",
    "/opt/addressed",
    "/opt/queue",
    "/opt/spool",
    "/srv/uploads",
    "/srv/uploads/2024",
    "/var/lib/shop",
  ]);
  expect(diagnostics).toEqual([]);
});

const pages = `
//- /usr/bin/node 0755 elf=x86_64 static
//- /srv/pages/a.html
//- /srv/pages/deep/b.html
//- /srv/parts/c.txt
//- /srv/others/d.txt
//- /usr/lib/node_modules/tool/index.js
//- /app/main.js
import "./lib.js";
//- /app/lib.js
export const page = (name) => readFileSync(\`/srv/pages/\${name}.html\`);
const parts = "/srv/parts";
"/usr/lib/node_modules";
//- /app/static/e.css
`;

it.each([
  { prune: "safe" as const, files: ["/srv/pages/a.html", "/srv/pages/deep/b.html", "/srv/parts/c.txt"] },
  { prune: "reachable" as const, files: ["/srv/pages/a.html", "/srv/pages/deep/b.html", "/srv/parts/c.txt"] },
])("a directory that a source names brings what lies there, at $prune", async ({ prune, files }) => {
  const { entries, unknowns } = await closureOf({
    root: pages,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.js"], prune },
    plugins: { ...allPlugins(), features: [] },
  });
  const found = entries.filter(({ kind, path }) => kind === "file" && /^\/(?:srv|usr\/lib)\//u.test(path));
  expect(found.map(({ path }) => path)).toEqual(files);
  expect(unknowns.map(({ what, outcome }) => `${what}: ${outcome}`)).toEqual([
    "the directory /srv/pages: shipped",
    "the directory /srv/parts: shipped",
  ]);
});

it.each<readonly [text: string, paths: readonly string[]]>([
  ['open("/data/app.db")', ["/data/app.db"]],
  ["DB=sqlite:///srv/x/app.db", ["/srv/x/app.db"]],
  ["`/srv/up/${id}/a.png`", ["/srv/up/*"]],
  ['"/srv/log/%s.txt"', ["/srv/log/*"]],
  ['"http://host/path" // a/b/c', []],
  ['DATA = "/data"; x = "/models/"; y = "/a" + "b"', ["/data", "/models", "/a"]],
  ['"/srv/up/" + name, "/srv/in/#{name}"', ["/srv/up", "/srv/in"]],
])("reads %s", (text, paths) => {
  expect([...pathsWritten(text)]).toEqual(paths);
});

it("reads values of settings without quotes", () => {
  const text =
    "casts: /casts\nplaces:\n  - /srv/in/\n  - name: /srv/up/${id}\nurl: http://host/x\nnote: see /no/where\n";
  expect([...pathsWritten(text, true)]).toEqual(["/casts", "/srv/in", "/srv/up/*"]);
  expect([...pathsWritten(text)]).toEqual([]);
});

it("a program of the author's own has the directories in which it makes files", async () => {
  const { entries } = await closureOf({
    root: `
//- /usr/local/bin/own 0755 elf=x86_64 static
/data/app.db
//- /data/
//- /srv/other/
`,
    roots: [binary("/usr/local/bin/own")],
    plugins: { ...allPlugins(), features: [] },
  });
  expect(entries.map(({ path }) => path).filter((path) => /^\/(?:data|srv)/u.test(path))).toEqual(["/data"]);
});

it("files of the author that settings of the application name ship, and none that documents or builds of it name", async () => {
  const named = "/srv/files/f.txt /srv/deployed/d.txt /usr/local/bin/own /usr/share/other/g.txt /srv/shown/s.txt";
  const { entries } = await closureOf({
    root: `
//- /usr/bin/node 0755 elf=x86_64 static
//- /usr/local/bin/own 0755 elf=x86_64 static
//- /srv/files/f.txt
//- /srv/deployed/d.txt
//- /srv/shown/s.txt
//- /usr/share/other/g.txt
//- /var/lib/dpkg/status
Package: other
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/other.list
/usr/share/other/g.txt
`,
    trees: [
      {
        id: "app",
        kind: "app",
        prefix: "/app",
        tree: `
//- /main.js
//- /settings.yaml
file: /srv/files/f.txt
tool: /usr/local/bin/own
other: /usr/share/other/g.txt
//- /Dockerfile
COPY "/srv/deployed/d.txt" .
//- /.github/ci.yml
run: /srv/deployed/d.txt
//- /page.html
<img src="/srv/shown/s.txt">
//- /node_modules/kept/index.js
"/srv/shown/s.txt";
`,
      },
    ],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/node" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.js"] },
    plugins: { ...allPlugins(), features: [] },
  });
  expect(entries.map(({ path }) => path).filter((path) => named.split(" ").includes(path))).toEqual([
    "/srv/files/f.txt",
  ]);
});
