import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const loader = `//- /lib64/libc.so.6 elf=x86_64
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64`;

async function programsOf(command: string): Promise<readonly string[]> {
  const root = `
//- /srv/run.sh 0755
#!/bin/sh
exec ${command}
//- /opt/bin/within 0755 elf=x86_64 loader needed=libc.so.6 imports=execvp
//- /usr/bin/limit 0755 elf=x86_64 loader needed=libc.so.6 imports=execve
//- /usr/bin/tool 0755
#!/bin/sh
echo
//- /usr/bin/find 0755 elf=x86_64 loader needed=libc.so.6 imports=execve
//- /usr/bin/words 0755 elf=x86_64 loader
//- /srv/job.sh 0755
#!/bin/sh
tool
//- /srv/data.txt 0755
words
//- /bin/sh 0755 elf=x86_64 loader
${loader}
`;
  const { entries, diagnostics } = await closureOf({
    root,
    roots: [binary("/srv/run.sh")],
    plugins: { ...allPlugins(), features: [] },
  });
  expect(diagnostics).toEqual([]);
  return entries.flatMap(({ path }) => /^\/usr\/bin\/.+$|^\/srv\/job\.sh$/u.exec(path) ?? []);
}

it("takes the first argument that is a program for what a program starts", async () => {
  expect(await programsOf("/opt/bin/within --limit 9 tool words")).toEqual(["/usr/bin/tool"]);
  expect(await programsOf("/opt/bin/within -- limit -n 9 tool")).toEqual(["/usr/bin/limit", "/usr/bin/tool"]);
});

it("takes no name that a program looks for", async () => {
  expect(await programsOf("find /opt -name tool")).toEqual(["/usr/bin/find"]);
});

it("reads a script that a program is given, and takes data for none", async () => {
  expect(await programsOf("/opt/bin/within /srv/data.txt /srv/job.sh")).toEqual(["/srv/job.sh", "/usr/bin/tool"]);
});
