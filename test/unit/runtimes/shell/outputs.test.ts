import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("takes no file that a command makes for a script that it reads", async () => {
  const script = `out=$\{1:-/made/out}
for kind in a b c; do sed -o "$out/x.$kind" -q; done
for kind in a b c; do sed "$out/x.$kind" -q; done
for kind in a b c; do nginx "$out/x.$kind" -q; done`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/sed [-o, /made/out/x.a, -q]: runs sed (line 2)
    program /usr/bin/sed [-o, /made/out/x.b, -q]: runs sed (line 2)
    program /usr/bin/sed [-o, /made/out/x.c, -q]: runs sed (line 2)
    program /usr/bin/sed []: runs sed (line 3)
    unknown sed "$out/x.$kind" -q (line 3): {"kind":"anything"}
    program /usr/bin/nginx [/made/out/x.a, -q]: runs nginx (line 4)
    program /usr/bin/nginx [/made/out/x.b, -q]: runs nginx (line 4)
    program /usr/bin/nginx [/made/out/x.c, -q]: runs nginx (line 4)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: "$out/x.$kind" is known only when it runs"
  `);
});

it("runs nothing by what a silent command prints", async () => {
  const lines = await trace(
    `#!/bin/sh\nif $(kill -0 "\${pid:-}" 2> /dev/null); then :; fi\n$(test -e /x)\n$(kill -l) x`,
  );
  expect(lines).not.toMatch(/line [23] of/u);
  expect(lines).toContain("cannot tell what line 4 of /entrypoint.sh runs");
});
