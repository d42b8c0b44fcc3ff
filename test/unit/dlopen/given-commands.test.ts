import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const programs = ["awk", "find", "gzip", "nl", "sort", "split", "tar", "tr", "wc", "xz"];

it("brings what the arguments of programs name, through texts for the shell too", async () => {
  const script = `find . -exec nl {} ;
tar -czf x.tgz dir
awk '{ print | "sort -u" }' list
split --filter='tr a b | wc -l' list`;
  const root = `
//- /bin/sh 0755 elf=x86_64
//- /srv/job.sh 0755
#!/bin/sh
${script.replace("{} ;", "{} ';'")}
${programs.map((name) => `//- /usr/bin/${name} 0755 elf=x86_64 loader\n`).join("")}
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
`;
  const { entries, diagnostics } = await closureOf({
    root,
    roots: [binary("/srv/job.sh")],
    plugins: { ...allPlugins(), features: [] },
  });
  const found = entries.flatMap(({ path }) => /^\/usr\/bin\/(.+)$/u.exec(path)?.[1] ?? []);
  expect(found).toEqual(programs.filter((name) => name !== "xz"));
  expect(diagnostics).toEqual([]);
});
