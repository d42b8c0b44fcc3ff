import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { rowsIn } from "../../../../src/runtimes/python/table-rows.ts";
import { closureOf } from "../../../support/closure.ts";

const library = "/usr/lib/python3.13";
const site = `${library}/site-packages`;
const modules = ["queue", "dbm.ndbm", "html.parser", "xmlrpc.client", "http.cookies", "email.message"];
const table = `
def load(name):
    __import__(name)

moved = [
    Moved("queue", "Queue"),
    Moved("dbm_ndbm", "dbm", "dbm.ndbm"),
    Moved("html_parser", "HTMLParser", "html.parser"),
    Moved("xmlrpc_client", "xmlrpclib",
          "xmlrpc.client"),
    Moved("http_cookies", "Cookie", "http.cookies"),
    Moved("message", "email.Message", "email.message"),
    Moved("quote", "pipes", "shlex", "quote"),
    Moved("builtins", "__builtin__"),
    Moved("socketserver", "SocketServer"),
]
if too_old: load("email.message")
`;

/** Which modules of the standard library ship beside a package with a table of names for them. */
async function shipped(app: string, other: string, stdlib: "safe" | "reachable" = "reachable") {
  const files = modules.map((name) => `//- ${library}/${name.replace(".", "/")}.py\n`).join("");
  const packages = ["dbm", "email", "html", "xmlrpc", "http"]
    .map((name) => `//- ${library}/${name}/__init__.py\n`)
    .join("");
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- ${library}/os.py
${files}${packages}//- /app/app.py
${app}
//- ${site}/moved.py
${table}
//- ${site}/other.py
${other}
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune: stdlib, stdlib },
    plugins: { runtimes: [python] },
  });
  const paths = new Set(entries.map(({ path }) => String(path)));
  return modules.filter((name) => paths.has(`${library}/${name.replace(".", "/")}.py`));
}

it("waits for the word of a row, whoever is read first", async () => {
  // Of what the rows name alone, nothing ships; what stands elsewhere in the source does not wait.
  expect(await shipped("import other", "from moved import load")).toEqual(["email.message"]);
  const asks = "import moved\ndef f(): return moved.dbm_ndbm";
  expect(await shipped("import other, moved", asks)).toEqual(expect.arrayContaining(["dbm.ndbm", "email.message"]));
  expect(await shipped("import other", asks)).toEqual(["dbm.ndbm", "email.message"]);
  expect(await shipped("from moved.rows import load\nimport other", asks)).toEqual(["dbm.ndbm", "email.message"]);
});

it("takes no words out of documentation", async () => {
  const speaks = 'import moved\ndef f():\n    """Like dbm_ndbm."""\n';
  expect(await shipped("import other", speaks)).toEqual(["email.message"]);
});

it("ships the rows that an application imports, and all where it takes the whole module", async () => {
  expect(await shipped("from moved.rows import html_parser", "")).toEqual(["html.parser", "email.message"]);
  expect(await shipped("import moved.rows.http_cookies", "")).toEqual(["http.cookies", "email.message"]);
  const all = modules.filter((name) => name !== "queue");
  for (const app of ["import moved", "import moved.rows", "from moved import rows", "from moved.rows import *"]) {
    expect(await shipped(app, ""), app).toEqual(all);
  }
});

it("is no table with few rows", () => {
  expect(rowsIn(table).get("xmlrpc.client")).toEqual(new Set(["xmlrpc_client"]));
  expect(rowsIn(table.split("\n").slice(0, 9).join("\n"))).toEqual(new Map());
});
