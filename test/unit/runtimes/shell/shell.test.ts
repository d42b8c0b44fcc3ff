import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("names each program with its line and its arguments", async () => {
  const script = `#!/bin/sh
set -e
mkdir -p /var/lib/app
if [ "$(id -u)" = 0 ]; then
  find /var/lib/app \\! -user app -exec chown app '{}' +
fi
sed "s/@port@/$PORT/" < /etc/app.conf.in > /tmp/app.conf | cat`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "file /var/lib/app: names /var/lib/app (line 3)
    program /usr/bin/mkdir [-p, /var/lib/app]: runs mkdir (line 3)
    program /usr/bin/id [-u]: runs id (line 4)
    file /var/lib/app: names /var/lib/app (line 5)
    program /usr/bin/find [/var/lib/app, !, -user, app, -exec, chown, app, {}, +]: runs find (line 5)
    program /usr/bin/chown [app, {}]: runs chown (line 5)
    program /usr/bin/sed ["s/@port@/$PORT/"]: runs sed (line 7)
    program /usr/bin/cat []: runs cat (line 7)
    file /etc/app.conf.in: names /etc/app.conf.in (line 7)"
  `);
});
