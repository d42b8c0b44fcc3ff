import { describe, expect, test } from "vitest";
import { mustBuild } from "../support/engine.ts";
import { buildFailure, makeProject } from "../support/project.ts";

/** The lines of a failure that are ours: each finding with its place, and its hint. */
function findings(failure: string): readonly string[] {
  return failure
    .slice(failure.lastIndexOf("failed to solve: ") + "failed to solve: ".length)
    .split("\n")
    .filter((line) => line !== "");
}

const python = "from: python:3.13-slim\ninterpreter: python3\n";

describe("a file taken away by force", () => {
  const project = makeProject({
    "library.yaml": `${python}closure:
  exclude:
    - {path: "/usr/lib/*/libsqlite3.so*", force: true}
verify:
  - run: [python3, -c, "import sqlite3"]
`,
    "module.yaml": `${python}closure:
  exclude:
    - {path: /usr/lib/python3.13/json/decoder.py, force: true}
verify:
  - run: [python3, -c, "import json"]
`,
    "certificates.yaml": `${python}system: {certificates: true}
closure:
  exclude:
    - {path: /etc/ssl/certs/ca-certificates.crt, force: true}
verify:
  - run: [python3, -c, "import ssl; assert ssl.create_default_context().cert_store_stats()['x509_ca'] > 0"]
`,
    "locale.yaml": `from: python:3.13-slim
packages: [locales]
build: [localedef -i de_DE -f UTF-8 --no-archive de_DE.UTF-8]
interpreter: python3
system: {locale: de_DE.UTF-8}
closure:
  exclude:
    - {path: /usr/lib/locale/de_DE.utf8/LC_NUMERIC, force: true}
verify:
  - run: [python3, -c, "import locale; locale.setlocale(locale.LC_ALL, 'de_DE.UTF-8')"]
`,
    "node.yaml": `from: node:24-slim
interpreter: node
app: app
closure:
  exclude:
    - {path: /app/node_modules/ms/index.js, force: true}
verify:
  - run: [node, -e, "require('ms')"]
`,
    "app/app.js": "console.log(require('ms')('1d'));\n",
    "app/package.json": '{"name":"days","version":"1.0.0","main":"app.js","dependencies":{"ms":"2.1.3"}}',
  });

  test.for([
    ["library", 6, "/usr/lib/x86_64-linux-gnu/libsqlite3.so.0"],
    ["module", 6, "/usr/lib/python3.13/json/decoder.py (package libpython3.13-minimal)"],
    ["certificates", 7, "/etc/ssl/certs/ca-certificates.crt (package ca-certificates)"],
    ["locale", 9, "/usr/lib/locale/de_DE.utf8/LC_NUMERIC (package locales)"],
    ["node", 7, "/app/node_modules/ms/index.js (package npm:ms)"],
  ] as const)("is named with its package and its line: %s", async ([name, line, file]) => {
    const found = findings(await buildFailure({ spec: project.path(`${name}.yaml`) }));
    expect(found[0]).toContain(`${name}.yaml:${line}: VERIFY_FILE_MISSING: cannot find ${file}`);
    expect(found[0]).toContain("looked for it in vain, and this pattern takes it away");
    expect(found.slice(1).join("\n")).toContain(`${name}.yaml:${line + 2}: VERIFY_RUN_FAILED: cannot verify`);
  });
});

describe("an image with a server", () => {
  const server = `import http.server, importlib
for name in ("base", "ex" + "tra"):
    try:
        importlib.import_module("plugins." + name)
    except ModuleNotFoundError as failure:
        print(failure)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
if __name__ == "__main__":
    http.server.HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
`;
  const head = `${python}app: app\ncmd: [server.py]\n`;
  const project = makeProject({
    "good.yaml": `${head}closure:
  trace: {run: [python3, -c, "import server"]}
verify:
  - run: [python3, -c, "import os; print(os.getuid(), os.path.exists('/tmp'))"]
    stdout: 65532 True
  - {start: true, http: {port: 8000, path: /health, within: 60s}}
  - {start: true, tcp: {port: 8000, within: 60s}}
  - attacks: default
`,
    "bad.yaml": `${head}binaries: [sh]
verify:
  - run: [python3, -c, "open('/opened', 'w')"]
  - {start: true, http: {port: 8000, path: /other, within: 3s}}
  - {start: true, tcp: {port: 8001, within: 1s}}
  - {run: [sh, -c, "exit 3"], exit: 4}
`,
    "trace.yaml": `${head}closure:
  trace: {run: [python3, -c, "import server"]}
  exclude:
    - {path: /app/plugins/extra.py, force: true}
`,
    "app/server.py": server,
    "app/plugins/__init__.py": "",
    "app/plugins/base.py": "",
    "app/plugins/extra.py": "",
  });

  test("passes its checks, misses nothing, and says what the spec makes possible", async () => {
    const output = await mustBuild({ spec: project.path("good.yaml") });
    expect(output).not.toMatch(/TRACE_/u);
    expect(output).toContain(
      "VERIFY_ATTACK: cannot keep an intruder from using /usr/bin/python3, which the spec asks for: it starts, and it is an interpreter, with which one can run scripts",
    );
    expect(output).toContain("write one into /app, /home/nonroot, /tmp and start it, as the spec has it");
    // A program that passed is not run again.
    const again = await mustBuild({ spec: project.path("good.yaml") });
    const steps = again.match(/^#\d+ \[(?:verify|trace)\] .*$/gmu) ?? [];
    const cached = again.match(/^#\d+ CACHED$/gmu) ?? [];
    expect(steps.length).toBeGreaterThanOrEqual(6);
    expect(cached.length).toBeGreaterThanOrEqual(steps.length);
  });

  test("fails at each check's own line", async () => {
    const found = findings(await buildFailure({ spec: project.path("bad.yaml") })).filter(
      (line) => !line.includes("hint:"),
    );
    expect(found.map((line) => line.replace(/; it (?:printed last|also looked).*$/u, ""))).toEqual([
      `bad.yaml:8: VERIFY_RUN_FAILED: cannot verify python3 -c "open('/opened', 'w')": it ended with exit code 1`,
      "bad.yaml:9: VERIFY_START_FAILED: cannot verify the start of /usr/bin/python3 server.py: http://127.0.0.1:8000/other answers with status 404, not 200",
      "bad.yaml:10: VERIFY_START_FAILED: cannot verify the start of /usr/bin/python3 server.py: nothing listens on 127.0.0.1:8001 within 1s",
      'bad.yaml:11: VERIFY_RUN_FAILED: cannot verify sh -c "exit 3": it ended with exit code 3, not 4',
    ]);
  });

  test("is built whatever its trace misses, and a dropped dynamic import is named", async () => {
    const output = await mustBuild({ spec: project.path("trace.yaml") });
    expect(output).toContain(
      "TRACE_MISS: cannot find /app/plugins/extra.py in the closure: /usr/bin/python3.13 opens it",
    );
  });
});
