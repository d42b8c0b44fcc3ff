import { expect, it } from "vitest";
import { debian, findings } from "./trace-python.ts";

it("reports modules that are nowhere, when the program imports them at its start", async () => {
  const root = `${debian}
//- /app/app.py
import nowhere, sys, msvcrt
from . import x
import lib
try: import optional
except ImportError: pass
//- /app/lib/__init__.py
from .gone import y
import elsewhere.deep
//- /app/unused.py
import unreached
`;
  expect(await findings({ root, cmd: ["app.py"] })).toMatchInlineSnapshot(`
    "
    error IMPORT_MISSING: cannot import elsewhere.deep: needed by /app/lib/__init__.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    error IMPORT_MISSING: cannot import lib.gone: needed by /app/lib/__init__.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    error IMPORT_MISSING: cannot import nowhere: needed by /app/app.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
  expect(await findings({ root, cmd: ["-m", "nothing"] })).toMatchInlineSnapshot(`
    "
    error IMPORT_MISSING: cannot run module nothing: not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
});
