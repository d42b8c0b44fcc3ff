import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { build, mustBuild } from "../support/engine.ts";
import { makeProject } from "../support/project.ts";

/*
 * Each program works in its builder and names what it needs in a way that nobody can read, or the spec takes it away.
 * The start of the image has to tell the very file. Without an engine, test/corpus/broken-images.test.ts shows the same
 * of libraries, modules, programs, settings and data.
 */
const python = `from: python:3.13-slim
build:
  - |
    mkdir -p /opt/parts /var/lib/state/cache /srv/kept
    echo value > /opt/parts/data.txt
    ln -s /etc/tool.conf /srv/link
    echo 'print(1)' > /opt/parts/part.py
    echo 'key=value' > /etc/tool.conf
    printf '#!/bin/sh\\necho tool\\n' > /opt/parts/tool
    chmod 755 /opt/parts/tool
    chmod 1777 /var/lib/state /var/lib/state/cache
    touch /srv/kept/file /var/lib/state/file /var/lib/state/cache/file
interpreter: python3
app: app
`;

/** `/opt/parts/` as no reader of sources joins it. */
const parts = '"/strap/tpo/"[::-1] + ';
const excludes = (path: string): string => `closure: {exclude: [{path: "${path}", force: true}]}\n`;

/** Name, the program, more of the spec, the file that has to be told. */
const broken: readonly (readonly [name: string, code: string, more: string, file: string])[] = [
  ["code of a directory", `exec(open(${parts}"part.py").read())`, "", "/opt/parts"],
  ["data", `open(${parts}"data.txt")`, "", "/opt/parts"],
  ["program of the distribution", 'import os; os.execv("/usr/bin/" + "rotcaf"[::-1], ["factor", "6"])', "", "factor"],
  ["directory of state", 'open("/var/lib/" + "state/x", "w")', "", "/var/lib/state"],
  ["directory below", 'import os; os.mkdir("/var/lib/" + "state/cache/x")', "", "/var/lib/state"],
  ["directory to work in", 'import os; os.chdir("/sr" + "v/kept")', "", "/srv/kept"],
  [
    "certificates",
    'import os; os.stat("/etc/ssl/" + "certs"); open("/etc/ssl/" + "certs/" + "ca-certificates.crt")',
    excludes("/etc/ssl/certs/ca-certificates.crt"),
    "/etc/ssl/certs",
  ],
  ["time zone", 'open("/usr/share/" + "zoneinfo/Europe/" + "Paris")', "", "/usr/share/zoneinfo"],
  ["terminal", 'open("/usr/share/" + "terminfo/x/" + "xterm"); 1/0', "", ""],
  ["settings of logins", 'open("/etc/log" + "in.defs")', "", "/etc/login.defs"],
  ["settings of the shell", 'open("/etc/pro" + "file")', "", "/etc/profile"],
  ["banner of the system", 'open("/etc/is" + "sue")', "", "/etc/issue"],
  ["link", 'open("/sr" + "v/li" + "nk")', "", "/srv/link"],
  ["metadata of a package", 'open("/var/lib/dpkg/" + "status")', "", "/var/lib/dpkg"],
];

describe("an image that is broken on purpose is refused with the file that it lacks", () => {
  const project = makeProject(
    Object.fromEntries(
      broken.flatMap(([, code, more], index) => [
        [`app/main${String(index)}.py`, `${code}\n`],
        [`broken${String(index)}.yaml`, `${python}cmd: [main${String(index)}.py]\n${more}`],
      ]),
    ),
  );

  test.for(broken.map(([name, , , file], index) => ({ name, file, index })))("$name", async ({ file, index }) => {
    const spec = project.path(`broken${String(index)}.yaml`);
    const { code, output } = await build({ spec, startCheck: true });
    if (file === "") {
      // The builder's own run fails as well: nothing is said.
      expect({ code, says: /START_\w+/u.exec(output)?.[0] }).toEqual({ code: 0, says: undefined });
      return;
    }
    const said = output.slice(output.lastIndexOf("failed to solve: "));
    expect(said).toContain(`broken${String(index)}.yaml`);
    expect(said).toContain("START_FAILED: cannot start ");
    expect(said).toContain("in the image it ended with exit code 1");
    expect(said).toContain(file);
  });
});

describe("an image that starts", () => {
  const server = `import http.server
try:
    open("/opt/" + "parts/data.txt")
except OSError:
    pass
http.server.HTTPServer(("0.0.0.0", 8000), http.server.BaseHTTPRequestHandler).serve_forever()
`;
  const project = makeProject({
    "app/server.py": server,
    "app/good.py": server.replace(/try:[^]*pass\n/u, ""),
    "app/late.py": 'raise SystemExit("no database")\n',
    "missing.yaml": `${python}cmd: [server.py]\n`,
    // A closure that no earlier run of this test was found good with.
    "good.yaml": `${python}cmd: [good.py]\nenv: {RUN: "${randomUUID()}"}\n`,
    "late.yaml": `${python}cmd: [late.py]\n`,
    "root.yaml": `${python}cmd: [-c, "import os, sys; sys.exit('only root may' if os.getuid() else 0)"]\n`,
    // Another directory may be asked for beside it, which the builder alone has.
    "writes.yaml": `${python}cmd: [-c, "import os; os.path.exists('/opt/' + 'parts'); open('/var/lib/state/x', 'w').close()"]\n`,
    "off.yaml": `${python}cmd: [server.py]\nverify: {start: off}\n`,
    "differs.yaml": `${python}cmd: [-c, "import os; os.kill(os.getpid(), 9) if not os.path.exists('/bin/' + 'dash') else 0"]\n`,
  });

  test("and lacks a file is built with a warning", async () => {
    const output = await mustBuild({ spec: project.path("missing.yaml"), startCheck: true });
    expect(output).toMatch(/START_MISS: cannot find all that \S+ server\.py opens when it starts: \S+ did not find/u);
    expect(output).toContain("/opt/parts");
  });

  test("as its builder does is built without a word, and is not started again after an edit", async () => {
    const spec = project.path("good.yaml");
    const first = await mustBuild({ spec, startCheck: true });
    expect(first).not.toContain("START_");
    expect(first).toContain("note that the closure starts");
    project.write({ "app/good.py": `${server.replace(/try:[^]*pass\n/u, "")}# edited\n` });
    const second = await mustBuild({ spec, startCheck: true });
    expect(second).not.toContain("START_");
    expect(second).not.toContain("look for what the start misses");
  });

  test("ends as in its builder, and says so without a word of ours", async () => {
    expect(await mustBuild({ spec: project.path("late.yaml"), startCheck: true })).not.toContain("START_");
  });

  test("writes into a directory of its own, and is built without an error", async () => {
    const output = await mustBuild({ spec: project.path("writes.yaml"), startCheck: true });
    expect(output).not.toContain("START_FAILED");
    expect(output).not.toContain("START_D");
  });

  test("as root alone is built with a warning", async () => {
    const output = await mustBuild({ spec: project.path("root.yaml"), startCheck: true });
    expect(output).toContain("START_DENIED: cannot start ");
    expect(output).toContain('as the user 65532:65532 it ended with exit code 1, and with "user: root" it does not');
  });

  test("is not started where the spec or the command line says so", async () => {
    expect(await mustBuild({ spec: project.path("off.yaml"), startCheck: true })).not.toContain("[start]");
    expect(await mustBuild({ spec: project.path("missing.yaml") })).not.toContain("[start]");
  });

  test("is tried with all its programs, and a patch adds what it lacks", async () => {
    const spec = "missing.yaml";
    const out = project.path("tried");
    await mustBuild({ spec: project.path(spec), args: ["--target", "try", `--output=type=local,dest=${out}`] });
    expect(readFileSync(`${out}/try.txt`, "utf8")).toContain("in the image:   it runs");
    const patch = readFileSync(`${out}/try.patch`, "utf8");
    expect(patch).toContain("/opt/parts");
    execFileSync("git", ["apply", `${out}/try.patch`], { cwd: project.folder });
    expect(await mustBuild({ spec: project.path(spec), startCheck: true })).not.toContain("START_");
  });

  test("and dies for a reason that no file tells is a warning", async () => {
    const output = await mustBuild({ spec: project.path("differs.yaml"), startCheck: true });
    expect(output).toContain("START_DIFFERS: cannot start ");
    expect(output).toContain("in the image it was ended by signal 9");
  });
});
