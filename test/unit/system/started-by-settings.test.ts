import { expect, it } from "vitest";
import { shell } from "../../../src/runtimes/shell/shell.ts";
import { features } from "../../../src/system/features.gen.ts";
import { binary, closureOf } from "../../support/closure.ts";

it("starts the commands of settings in a directory below the author's own ones", async () => {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/watch 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/tac 0755 elf=x86_64
//- /bin -> usr/bin
//- /srv/watch/watch.conf
include = conf.d/*.conf
//- /srv/watch/conf.d/own.conf
[task]
command=tac /srv/watch/list > /tmp/out
`,
    roots: [binary("/usr/bin/watch")],
    process: { cmd: ["-c", "/srv/watch/watch.conf"], env: { PATH: "/usr/bin" } },
    plugins: { features, runtimes: [shell] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["/srv/watch/conf.d/own.conf", "/usr/bin/sh", "/usr/bin/tac"]));
});
