import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it.each([`case "$1" in all) id ;; *) exec "$@" ;; esac`, `if [[ "$1" == all ]]; then id; else exec "$@"; fi`])(
  "takes a word that the script compares for no missing program: %s",
  async (script) => {
    expect(await trace(script, { args: ["all"] })).not.toContain("MISSING");
    expect(await trace(script, { args: ["none"] })).toContain("cannot find none");
    expect(await trace(script.replaceAll('"$@"', "all"))).toContain("cannot find all");
  },
);

it("takes of several ways to run a command those that can be run", async () => {
  const script = `home=/opt; test -d /lost && home=/lost\nexec "\${home}/bin/tool"\ndebugger=; test "$1" && debugger="$1"\nexec \${debugger} /opt/bin/tool`;
  expect(await trace(script, { args: ["/etc/app.conf.in"] })).toMatchInlineSnapshot(`
    "file /opt/bin/tool: names /opt/bin/tool (line 2)
    program /opt/bin/tool []: runs /opt/bin/tool (line 2)
    file /etc/app.conf.in: names /etc/app.conf.in (line 3)
    file /opt/bin/tool: names /opt/bin/tool (line 4)
    program /opt/bin/tool []: runs /opt/bin/tool (line 4)"
  `);
});
