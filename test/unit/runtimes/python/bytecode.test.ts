import { expect, it } from "vitest";
import { debian, withoutLibrary } from "./trace-python.ts";

it("ships bytecode only while it is that of its source", async () => {
  const head = (mtime: number, size: number) =>
    `MAGI${"\0".repeat(4)}${String.fromCharCode(mtime)}\0\0\0${String.fromCharCode(size)}\0\0\0`;
  const root = `${debian}
//- /app/app.py
import fresh, stale, other
//- /usr/lib/python3/dist-packages/fresh.py mtime=5
x
//- /usr/lib/python3/dist-packages/stale.py mtime=5
x
//- /usr/lib/python3/dist-packages/other.py mtime=5
x
//- /usr/lib/python3/dist-packages/__pycache__/fresh.cpython-313.pyc
${head(5, 2)}
//- /usr/lib/python3/dist-packages/__pycache__/fresh.cpython-313.opt-1.pyc
${head(5, 2)}
//- /usr/lib/python3/dist-packages/__pycache__/stale.cpython-313.pyc
${head(6, 2)}
//- /usr/lib/python3/dist-packages/__pycache__/other.cpython-312.pyc
${head(5, 2)}
`;
  expect(await withoutLibrary({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    /app/app.py  system  /usr/bin/python3.13 is told to run it (declared)
    /usr/lib/python3/dist-packages/__pycache__/fresh.cpython-313.pyc  dependencies  /usr/lib/python3/dist-packages/fresh.py has it as its bytecode (rule)
    /usr/lib/python3/dist-packages/fresh.py  dependencies  /app/app.py imports fresh (proved)
    /usr/lib/python3/dist-packages/other.py  dependencies  /app/app.py imports other (proved)
    /usr/lib/python3/dist-packages/stale.py  dependencies  /app/app.py imports stale (proved)
    "
  `);
  expect(await withoutLibrary({ root, cmd: ["app.py"], process: { bytecode: "drop" } })).not.toContain(".pyc");
});
