import { expect, it } from "vitest";
import { check, debian, findings } from "./trace-python.ts";

it("warns only where a program changes its search path", async () => {
  const root = `${debian}
//- /app/app.py
sys.path.insert(0, "vendor")
import vendored
`;
  expect(await findings({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    warning IMPORT_MISSING: cannot import vendored: needed by /app/app.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
});

it("finds the library of an interpreter in /usr/local, and modules where variables say", async () => {
  const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/local/bin/python3.13 0755 elf=x86_64 loader needed=libpython3.13.so.1.0
//- /usr/bin/python3 -> /usr/local/bin/python3.13
//- /usr/lib/libpython3.13.so.1.0 elf=x86_64
//- /usr/local/lib/python3.13/os.py
//- /usr/local/lib/python3.13/site.py
//- /usr/local/lib/python3.13/config-3.13-x86_64-linux-gnu/libpython3.13.a
//- /usr/local/lib/python3.13/ensurepip/__init__.py
//- /usr/local/lib/python3.13/mimetypes.py
//- /usr/local/lib/python3.13/site-packages/pip/__init__.py
//- /usr/local/lib/python3.13/site-packages/used.py
//- /usr/local/lib/python3.13/site-packages/_editable.pth
import __editable___own_finder; __editable___own_finder.install()
//- /usr/local/lib/python3.13/site-packages/__editable___own_finder.py
MAPPING: dict[str, str] = {'own': '/src/own'}
//- /src/own/__init__.py
//- /deps/vendored.py
//- /etc/mime.types
//- /app/app.py
import used, vendored, own, mimetypes
`;
  const proc = { env: { PYTHONPATH: "/deps:/nowhere" } };
  expect(await check({ root, cmd: ["app.py"], process: proc })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/local/bin/python3.13 is told to run it (declared)
    /deps/vendored.py  system  /app/app.py imports vendored (proved)
    /etc/mime.types  system  /usr/local/bin/python3.13 reads it with mimetypes (rule)
    /src/own/__init__.py  system  /app/app.py imports own (proved)
    /usr/lib/libpython3.13.so.1.0  system  /usr/local/bin/python3.13 needs libpython3.13.so.1.0 (proved)
    /usr/local/bin/python3.13  interpreter  /usr/bin/python3 links to it (proved)
    /usr/local/lib/python3.13/mimetypes.py  interpreter  /usr/local/bin/python3.13 has it in its standard library (rule)
    /usr/local/lib/python3.13/os.py  interpreter  /usr/local/bin/python3.13 has it in its standard library (rule)
    /usr/local/lib/python3.13/site-packages/__editable___own_finder.py  dependencies  /usr/local/bin/python3.13 imports __editable___own_finder (proved)
    /usr/local/lib/python3.13/site-packages/_editable.pth  dependencies  /usr/local/bin/python3.13 reads it to extend sys.path (rule)
    /usr/local/lib/python3.13/site-packages/used.py  dependencies  /app/app.py imports used (proved)
    /usr/local/lib/python3.13/site.py  interpreter  /usr/local/bin/python3.13 has it in its standard library (rule)
    "
  `);
});
