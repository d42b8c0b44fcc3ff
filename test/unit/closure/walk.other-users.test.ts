import { expect, test } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { closureOf } from "../../support/closure.ts";

test("what a text for the shell of another user starts ships", async () => {
  const root = `
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/su 0755 elf=x86_64
//- /usr/bin/server 0755 elf=x86_64
//- /usr/bin/other 0755 elf=x86_64
//- /srv/run.sh 0755
#!/usr/bin/sh
exec su -s /usr/bin/sh app -c 'exec server --now'
`;
  const plugins = { ...allPlugins(), features: [] };
  const { entries } = await closureOf({ root, roots: [], process: { entrypoint: ["/srv/run.sh"] }, plugins });
  const programs = entries.flatMap(({ path, kind }) => (kind === "file" && path.startsWith("/usr/bin/") ? [path] : []));
  expect(programs).toEqual(["/usr/bin/server", "/usr/bin/sh", "/usr/bin/su"]);
});
