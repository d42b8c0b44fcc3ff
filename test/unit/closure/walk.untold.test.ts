import { expect, test } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { closureOf } from "../../support/closure.ts";

test("a script whose name another program prints is told of, and refuses no build", async () => {
  const root = `
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/pick 0755 elf=x86_64
//- /usr/bin/node 0755 elf=x86_64
//- /srv/run.sh 0755
#!/usr/bin/sh
node "$(pick)"
`;
  const plugins = { ...allPlugins(), features: [] };
  const { diagnostics } = await closureOf({ root, roots: [], process: { entrypoint: ["/srv/run.sh"] }, plugins });
  expect(diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toMatchInlineSnapshot(`
    [
      "warning NAME_COMPUTED: cannot tell what "$(pick)" names: runs the program of its arguments, and it is known only when it runs; asked for by /usr/bin/node <- /srv/run.sh",
    ]
  `);
});

test("what another program starts in a directory, by a name that only the run tells, is told of as unknown", async () => {
  const root = `
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/env 0755 elf=x86_64
//- /etc/jobs/first 0644
text
//- /srv/run.sh 0755
#!/usr/bin/sh
jobs=/etc/jobs
env -i "$jobs/$1" start
for each in $jobs/*; do env -i "$each" status; done
`;
  const plugins = { ...allPlugins(), features: [] };
  const { diagnostics } = await closureOf({ root, roots: [], process: { entrypoint: ["/srv/run.sh"] }, plugins });
  expect(diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toMatchInlineSnapshot(`
    [
      "warning SHELL_COMMAND_COMPUTED: cannot tell what /usr/bin/env runs: its command is known only when it runs; asked for by /srv/run.sh",
    ]
  `);
});
