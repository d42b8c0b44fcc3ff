import { describe, expect, test } from "vitest";
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
    - {path: "/usr/lib/python3.13/json/**/{decoder.*,decoder}", force: true}
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
    ["library", 5, "/usr/lib/x86_64-linux-gnu/libsqlite3.so.0"],
    ["module", 5, "/usr/lib/python3.13/json/decoder.py (package libpython3.13-minimal)"],
    ["certificates", 6, "/etc/ssl/certs/ca-certificates.crt (package ca-certificates)"],
    ["locale", 8, "/usr/lib/locale/de_DE.utf8/LC_NUMERIC (package locales)"],
    ["node", 6, "/app/node_modules/ms/index.js (package npm:ms)"],
  ] as const)("is named with its package and its line: %s", async ([name, line, file]) => {
    const found = findings(await buildFailure({ spec: project.path(`${name}.yaml`) }));
    expect(found[0]).toContain(`${name}.yaml:${line}: VERIFY_FILE_MISSING: cannot find ${file}`);
    expect(found[0]).toContain("looked for it in vain, and this pattern takes it away");
    expect(found.slice(1).join("\n")).toContain(`${name}.yaml:${line + 2}: VERIFY_RUN_FAILED: cannot verify`);
  });
});
