import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /var/lib/dpkg/status
Package: server
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/server.list
/etc/server/server.conf
/usr/bin/ask
/usr/bin/server
/usr/lib/libserver.so.1
/usr/share/server/start.pl
//- /etc/server/server.conf
perl do "/srv/own.pl"
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/lib/libperl.so.5.40 elf=x86_64
/usr/share/perl5
/usr/share/perl/5.40
//- /usr/lib/libserver.so.1 elf=x86_64 needed=libperl.so.5.40
//- /usr/bin/ask 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/bin/server 0755 elf=x86_64 loader needed=libserver.so.1
//- /usr/share/perl/5.40/strict.pm
1;
//- /usr/share/perl5/Given.pm
1;
//- /usr/share/perl5/Own.pm
1;
//- /usr/share/perl5/Other.pm
1;
//- /usr/share/server/start.pl
use Given;
//- /srv/own.pl
use Own;
1;
//- /usr/local/bin/start 0755
#!/bin/sh
ask
server
//- /bin/sh 0755 elf=x86_64 static
`;

it("follows sources of a language that a library of a program runs: those of its package, and the author's", async () => {
  const { entries } = await closureOf({
    root,
    roots: [binary("/usr/local/bin/start")],
    plugins: { ...allPlugins(), features: [] },
  });
  const found = entries.map(({ path }) => path).filter((path) => /\/perl5\/\w+\.pm$|\.pl$/u.test(path));
  expect(found).toEqual([
    "/srv/own.pl",
    "/usr/share/perl5/Given.pm",
    "/usr/share/perl5/Own.pm",
    "/usr/share/server/start.pl",
  ]);
});

it("leaves what a package manager of the language installed to the language", async () => {
  const { nodes } = await closureOf({
    root: `
//- /var/lib/dpkg/status
Package: python3
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/python3.list
/usr/bin/python3
//- /usr/bin/python3 0755 elf=x86_64 static
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
//- /opt/venv/lib/python3.13/site-packages/kit.py
`,
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" },
      { kind: "include", pointer: "/closure/include/0", view: "main", path: "/opt/venv/**" },
    ],
    plugins: { ...allPlugins(), features: [] },
  });
  const edges = nodes.get("/opt/venv/lib/python3.13/site-packages/kit.py")?.edges ?? [];
  expect(edges.map(({ why }) => why)).not.toContain("may load it");
  expect(edges.length).toBeGreaterThan(0);
});
