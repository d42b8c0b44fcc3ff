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

it("reads the files with texts for awk and sed", async () => {
  const root = `
//- /bin/sh 0755 elf=x86_64
//- /srv/job.sh 0755
#!/bin/sh
awk -F: -v unit=k -f /srv/report list
sed -n -f/srv/edit list
//- /srv/report
BEGIN { "tr a b" | getline x }
{ print $1 | "sort -u" }
END { system(other) }
//- /srv/edit
1e none 2>/dev/null || wc -l
//- /srv/sum.awk 0755
#!/usr/bin/awk -f
{ print | "nl -b a" }
${[...programs, "sed"].map((name) => `//- /usr/bin/${name} 0755 elf=x86_64 loader\n`).join("")}
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
`;
  const { entries, diagnostics } = await closureOf({
    root,
    roots: [binary("/srv/job.sh"), binary("/srv/sum.awk", { index: 1 })],
    plugins: { ...allPlugins(), features: [] },
  });
  const found = entries.flatMap(({ path }) => /^\/(?:usr\/bin|srv)\/(.+)$/u.exec(path)?.[1] ?? []);
  expect(found).toEqual(["edit", "job.sh", "report", "sum.awk", "awk", "nl", "sed", "sort", "tr", "wc"]);
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "cannot find none: line 1 of /bin/sh runs it, not on the PATH of the builder; asked for by /srv/job.sh",
    "cannot tell what line 3 of /srv/report runs: the command is known only when it runs; asked for by /usr/bin/awk <- /srv/job.sh",
  ]);
});
