import { expect, it } from "vitest";
import { debian, findings } from "./trace-python.ts";

it("starts at what a server is told, at settings and at code", async () => {
  const root = `${debian}
//- /usr/lib/python3/dist-packages/server/__init__.py
//- /usr/lib/python3/dist-packages/server/__main__.py
//- /app/web.py
import missing_of_web
//- /app/own/settings.py
import missing_of_settings
//- /app/tests/test_own.py
import missing_of_tests
`;
  const env = { DJANGO_SETTINGS_MODULE: "own.settings" };
  expect(
    await findings({ root, cmd: ["-m", "server", "--bind=x", "web:app"], process: { env } }),
  ).toMatchInlineSnapshot(`
    "
    error IMPORT_MISSING: cannot import missing_of_settings: needed by /app/own/settings.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    error IMPORT_MISSING: cannot import missing_of_web: needed by /app/web.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
  expect(await findings({ root, cmd: ["-c", "import own.settings"] })).toMatchInlineSnapshot(`
    "
    error IMPORT_MISSING: cannot import missing_of_settings: needed by /app/own/settings.py, not found on sys.path (/app:/usr/lib/python3.13:/usr/lib/python3.13/lib-dynload:/usr/lib/python3/dist-packages); asked for by /usr/bin/python3.13 <- /usr/bin/python3
    "
  `);
});
