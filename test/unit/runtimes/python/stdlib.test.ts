import { expect, it } from "vitest";
import { check, debian } from "./trace-python.ts";

it("takes the whole standard library but what no program imports", async () => {
  const root = `${debian}
//- /app/app.py
import json
`;
  expect(await check({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/libj.so.1  system  /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so needs libj.so.1 (proved)
    /usr/lib/python3.13/encodings/__init__.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/json/__init__.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/os.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/site.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    "
  `);
});

it("takes what was left out when a program imports it", async () => {
  const root = `${debian}
//- /app/app.py
import tkinter
`;
  expect(await check({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/libj.so.1  system  /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so needs libj.so.1 (proved)
    /usr/lib/python3.13/encodings/__init__.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/json/__init__.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/lib-dynload/_json.cpython-313-x86_64-linux-gnu.so  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/lib-dynload/_tkinter.cpython-313-x86_64-linux-gnu.so  interpreter  /usr/lib/python3.13/tkinter/__init__.py imports _tkinter (proved)
    /usr/lib/python3.13/os.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/site.py  interpreter  /usr/bin/python3.13 has it in its standard library (rule)
    /usr/lib/python3.13/tkinter/__init__.py  interpreter  /app/app.py imports tkinter (proved)
    "
  `);
});
