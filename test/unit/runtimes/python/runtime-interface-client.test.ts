import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const system = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3.13/encodings/__init__.py
//- /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so elf=x86_64
`;

const site = "/usr/local/lib/python3.13/dist-packages";
const client = `
//- ${site}/awslambdaric/__init__.py
//- ${site}/awslambdaric/__main__.py
import runtime_client
//- ${site}/runtime_client.cpython-313-x86_64-linux-gnu.so elf=x86_64
//- ${site}/awslambdaric-4.0.1.dist-info/METADATA
Name: awslambdaric
//- ${site}/awslambdaric-4.0.1.dist-info/RECORD
awslambdaric/__init__.py,,
awslambdaric/__main__.py,,
runtime_client.cpython-313-x86_64-linux-gnu.so,,
awslambdaric-4.0.1.dist-info/METADATA,,
awslambdaric-4.0.1.dist-info/RECORD,,
`;

const app = `
//- /app/app.py
def handler(event, context): ...
//- /app/jobs/__init__.py
//- /app/jobs/nightly.py
from tools import *
//- /app/tools.py
run = print
`;

/** The start, the paths beside the interpreter, and the findings. */
async function check(root: string, name: string, prune: "safe" | "reachable" = "safe"): Promise<string> {
  const { entrypoint, cmd, entries, diagnostics } = await closureOf({
    root: system + root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      call: { platform: "aws-lambda", handler: name },
      prune,
      stdlib: prune,
    },
    plugins: { runtimes: [python] },
  });
  const paths = entries
    .filter(({ kind, path }) => kind === "file" && /^\/(?:app|usr\/local)\//u.test(path))
    .map(({ path }) => path);
  const findings = diagnostics.map(
    ({ code, pointer = "", message, hint = "" }) => `${code} ${pointer}: ${message}\n  ${hint}`,
  );
  return `\n${[[...entrypoint, "|", ...cmd].join(" "), ...paths, ...findings].join("\n")}\n`;
}

it("starts the client's module with the function", async () => {
  expect(await check(client + app, "app.handler")).toMatchInlineSnapshot(`
    "
    /usr/bin/python3 -m awslambdaric | app.handler
    /app/app.py
    /app/jobs/__init__.py
    /app/jobs/nightly.py
    /app/tools.py
    /usr/local/lib/python3.13/dist-packages/awslambdaric-4.0.1.dist-info/METADATA
    /usr/local/lib/python3.13/dist-packages/awslambdaric-4.0.1.dist-info/RECORD
    /usr/local/lib/python3.13/dist-packages/awslambdaric/__init__.py
    /usr/local/lib/python3.13/dist-packages/awslambdaric/__main__.py
    /usr/local/lib/python3.13/dist-packages/runtime_client.cpython-313-x86_64-linux-gnu.so
    "
  `);
});

it("traces imports from the function's module", async () => {
  expect(await check(client + app, "jobs/nightly.run", "reachable")).toMatchInlineSnapshot(`
    "
    /usr/bin/python3 -m awslambdaric | jobs/nightly.run
    /app/app.py
    /app/jobs/__init__.py
    /app/jobs/nightly.py
    /app/tools.py
    /usr/local/lib/python3.13/dist-packages/awslambdaric-4.0.1.dist-info/METADATA
    /usr/local/lib/python3.13/dist-packages/awslambdaric-4.0.1.dist-info/RECORD
    /usr/local/lib/python3.13/dist-packages/awslambdaric/__init__.py
    /usr/local/lib/python3.13/dist-packages/awslambdaric/__main__.py
    /usr/local/lib/python3.13/dist-packages/runtime_client.cpython-313-x86_64-linux-gnu.so
    "
  `);
});

it("says that the client is missing", async () => {
  expect(await check(app, "app.handler")).toMatchInlineSnapshot(`
    "
    /usr/bin/python3 | app.handler
    /app/app.py
    /app/jobs/__init__.py
    /app/jobs/nightly.py
    /app/tools.py
    CLIENT_MISSING /serverless/handler: cannot start awslambdaric, the platform's client for Python: /usr/bin/python3 finds no such module
      add a line awslambdaric to requirements.txt, or the path of its wheel
    "
  `);
});

it("says where it looked for the function", async () => {
  const found = await Promise.all(
    ["main.handler", "app.main", "handler"].map(async (name) => {
      const text = await check(client + app, name);
      return text.slice(text.indexOf("HANDLER_MISSING"));
    }),
  );
  expect(found.join("")).toMatchInlineSnapshot(`
    "HANDLER_MISSING /serverless/handler: cannot call main.handler: there is no module main on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/local/lib/python3.13/dist-packages)
      correct handler, or check that the app's include and exclude patterns, and .dockerignore, leave the file in
    HANDLER_MISSING /serverless/handler: cannot call app.main: /app/app.py has no main
      name a function of the module
    HANDLER_MISSING /serverless/handler: cannot call handler: it does not name a module and a function of it
      write it as FILE.FUNCTION, such as app.handler
    "
  `);
});
