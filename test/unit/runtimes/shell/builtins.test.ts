import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("knows functions, builtins, variables with known values, and defaults", async () => {
  const script = `PATH=/opt/bin:$PATH
run() { "$@"; }
server=/usr/bin/nginx
run tar -xf /x.tar
tool --now
$server -g x
\${HELPER:-cat} /etc/app.conf.in
for each in id sed; do $each; done
\${OTHER} y`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/tar [-xf, /x.tar]: runs tar (line 2)
    program /opt/bin/tool [--now]: runs tool (line 5)
    program /usr/bin/nginx [-g, x]: runs /usr/bin/nginx (line 6)
    file /etc/app.conf.in: names /etc/app.conf.in (line 7)
    program /usr/bin/cat [/etc/app.conf.in]: runs cat (line 7)
    program /usr/bin/id []: runs id (line 8)
    program /usr/bin/sed []: runs sed (line 8)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 9 of /entrypoint.sh runs: \${OTHER} is known only when it runs"
  `);
  expect(await trace('exec $SERVER "$1"', { env: { SERVER: "nginx -c a" }, args: ["b"] })).toMatchInlineSnapshot(
    `"program /usr/bin/nginx [-c, a, b]: runs nginx (line 1)"`,
  );
});
