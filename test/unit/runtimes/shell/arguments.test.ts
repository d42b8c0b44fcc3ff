import { expect, it } from "vitest";
import { readShellCommand } from "../../../../src/runtimes/shell/arguments.ts";
import { trace } from "./trace-shell.ts";

it("follows the arguments of the image through set, shift and exec", async () => {
  const script = `#!/bin/sh
if [ "\${1#-}" != "$1" ]; then
  set -- redis-server "$@"
fi
exec gosu redis "$0" "$@"
exec "$@"`;
  expect(await trace(script, { args: ["--port", "7"] })).toMatchInlineSnapshot(`
    "file /entrypoint.sh: names /entrypoint.sh (line 5)
    program /usr/bin/gosu [redis, /entrypoint.sh, --port, 7]: runs gosu (line 5)
    program /usr/bin/redis-server [--port, 7]: runs redis-server (line 6)"
  `);
  expect(await trace('shift\nexec "$@"', { args: ["run", "nginx", "-t"] })).toMatchInlineSnapshot(
    `"program /usr/bin/nginx [-t]: runs nginx (line 2)"`,
  );
});

it("reads the arguments of a shell", () => {
  expect(readShellCommand(["-euo", "pipefail", "/run.sh", "a"])).toEqual({
    code: undefined,
    script: "/run.sh",
    positional: ["a"],
    isLogin: false,
  });
  expect(readShellCommand(["-lc", "exec $0", "name", "a"])).toMatchObject({
    code: "exec $0",
    positional: ["a"],
    isLogin: true,
  });
  expect(readShellCommand(["-s", "a"])).toMatchObject({ code: undefined, script: undefined, positional: ["a"] });
});
