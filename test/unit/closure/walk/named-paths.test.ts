import { expect, test } from "vitest";
import { namesBeside, pathsInConfiguration } from "../../../../src/formats/text/named-paths.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../../support/closure.ts";
import { shipped } from "./named-path-cases.ts";

const host = `
//- /usr/bin/host 0755 elf=x86_64
/usr/lib/host/plugins
/usr/share/host/%s.txt
/etc/ssl/private
/usr/lib
/usr/lib/other/x
//- /usr/lib/host/plugins/a.so elf=x86_64
//- /usr/lib/host/plugins/deep/b.so elf=x86_64
//- /usr/share/host/de.txt
hallo
//- /usr/share/other.txt
x
//- /etc/ssl/private/key.pem 0600
secret
`;

test("a directory that a program's string names ships, with what its files are", async () => {
  expect(await shipped(host)).toMatchInlineSnapshot(`
    [
      "/usr/bin/host  user: names /usr/bin/host",
      "/usr/lib/host/plugins/a.so  string: names /usr/lib/host/plugins",
      "/usr/lib/host/plugins/deep/b.so  string: names /usr/lib/host/plugins",
      "/usr/share/host/de.txt  string: names /usr/share/host",
    ]
  `);
});

test("at reachable, a directory is an unknown", async () => {
  expect(await shipped(host, { process: { prune: "reachable" } })).toMatchInlineSnapshot(`
    [
      "/usr/bin/host  user: names /usr/bin/host",
      "/usr/lib/host/plugins/a.so  bound: could be what the directory /usr/lib/host/plugins names",
      "/usr/lib/host/plugins/deep/b.so  bound: could be what the directory /usr/lib/host/plugins names",
      "/usr/share/host/de.txt  bound: could be what the directory /usr/share/host names",
      "unknown the directory /usr/lib/host/plugins: shipped",
      "unknown the directory /usr/share/host: shipped",
    ]
  `);
});

test.each(["safe", "reachable"] as const)(
  "an object means no services in a directory that it names, at %s",
  async (prune) => {
    const root = `
//- /usr/bin/host 0755 elf=x86_64
/usr/lib/systemd/system
/usr/lib/systemd/user-generators
//- /usr/lib/systemd/system/own.service
//- /usr/lib/systemd/user-generators/own 0755 elf=x86_64
/srv/wide
//- /srv/wide/data
`;
    const found = await shipped(root, { process: { prune } });
    expect(found.filter((line) => line.startsWith("/"))).toEqual(["/usr/bin/host  user: names /usr/bin/host"]);
  },
);

test.each(["safe", "reachable"] as const)(
  "a library reads what lies in a directory, whatever the run-time does not run, at %s",
  async (prune) => {
    const root = `
//- /usr/bin/python3 0755 elf=x86_64 loader needed=libgrammar.so.1
//- /usr/lib/libgrammar.so.1 elf=x86_64
/usr/share/grammar
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /var/lib/dpkg/status
Package: grammar
Status: install ok installed
Version: 1
Architecture: amd64

//- /var/lib/dpkg/info/grammar.list
/usr/lib/libgrammar.so.1
/usr/share/grammar
/usr/share/grammar/en
/usr/share/grammar/en/units.a
/usr/share/grammar/tests
/usr/share/grammar/tests/words
//- /app/app.py
//- /usr/share/grammar/en/units.a
//- /usr/share/grammar/tests/words
`;
    const roots = [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }] as const;
    const found = await shipped(root, { roots, process: { cmd: ["/app/app.py"], prune } });
    expect(found.filter((line) => line.includes("/grammar/")).map((line) => line.split("  ")[0])).toEqual([
      "/usr/share/grammar/en/units.a",
      "/usr/share/grammar/tests/words",
    ]);
  },
);

test.each(["safe", "reachable"] as const)(
  "a library has no scripts run that lie in a directory, at %s",
  async (prune) => {
    const root = `
//- /usr/bin/perl 0755 elf=x86_64 loader needed=libkeys.so.1
/usr/share/perl5
//- /usr/lib/libkeys.so.1 elf=x86_64
/usr/lib/keys
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/share/perl5/strict.pm
//- /usr/bin/tables 0755 elf=x86_64
//- /app/app.pl
1;
//- /usr/lib/keys/misc/make.pl 0755
#!/usr/bin/perl
system("tables", "-x");
//- /var/lib/dpkg/status
Package: keys
Status: install ok installed
Version: 1
Architecture: amd64

//- /var/lib/dpkg/info/keys.list
/usr/lib/libkeys.so.1
/usr/lib/keys
/usr/lib/keys/misc
/usr/lib/keys/misc/make.pl
`;
    const roots = [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/perl" }] as const;
    const found = await shipped(root, { roots, process: { cmd: ["/app/app.pl"], prune } });
    expect(found.filter((line) => /keys\/|tables/u.test(line)).map((line) => line.split("  ")[0])).toEqual([
      "/usr/lib/keys/misc/make.pl",
    ]);
  },
);

test("comments of XML and keys name nothing, and all of a directory of the system is no list", async () => {
  const key = "-----BEGIN CERTIFICATE-----\nMIIH/srv/x+9\n/srv/y=\n-----END CERTIFICATE-----\n";
  expect(pathsInConfiguration(`/srv/a\n${key}/srv/b\n`).map(({ text }) => text)).toEqual(["/srv/a", "/srv/b"]);
  expect(namesBeside(`${key}own.conf\n`)).toEqual(["own.conf"]);
  expect(
    pathsInConfiguration('<a p="/srv/a"/> <!-- "/srv/b" -->\n<!--\n/srv/c\n--><b>/srv/d</b>').map(({ text }) => text),
  ).toEqual(["/srv/a", "/srv/d"]);
  const root = `
//- /usr/bin/host 0755 elf=x86_64
//- /srv/limits.conf
none = /etc/*
read = /etc/host/*
//- /etc/other.conf
//- /etc/host/own.conf
`;
  const found = await shipped(root, { process: { cmd: ["/srv/limits.conf"] } });
  expect(found.filter((line) => line.startsWith("/etc"))).toEqual([
    "/etc/host/own.conf  string: names /etc/host/own.conf",
  ]);
});

test.each(["/var/run/host/own/host.pid", "/var/run/%s.pid", "/var/run/host.%s"])(
  "a place of the system where a program makes a file ships, with the link that leads there: %s",
  async (name) => {
    const root = `
//- /usr/bin/host 0755 elf=x86_64
${name}
//- /var/run -> /run
//- /run/x
1
`;
    const { entries } = await closureOf({
      root,
      roots: [binary("/usr/bin/host")],
      plugins: { ...allPlugins(), features: [] },
    });
    expect(entries.map(({ path, kind }) => `${path} ${kind}`)).toEqual(
      expect.arrayContaining(["/run directory", "/var/run symlink"]),
    );
  },
);

test("a place for what comes and goes ships where a program names nothing but it", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64 loader needed=libown.so.1
/var/tmp
/var/lib
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libown.so.1 elf=x86_64
/var/cache
//- /var/cache/left
1
//- /var/tmp/left
1
//- /var/lib/other
1
`;
  const { entries } = await closureOf({
    root,
    roots: [binary("/usr/bin/host")],
    plugins: { ...allPlugins(), features: [] },
  });
  const found = entries.map(({ path, kind }) => `${path} ${kind}`);
  expect(found.filter((line) => line.startsWith("/var/"))).toEqual(["/var/tmp directory"]);
});

test("time zones that a library names in the directory of the system ship, and what an included text names", async () => {
  const root = `
//- /var/lib/dpkg/status
Package: tzdata
Status: install ok installed
Version: 1
Architecture: all

//- /var/lib/dpkg/info/tzdata.list
/usr/share/zoneinfo/zone.tab
/usr/share/zoneinfo/other.tab
//- /usr/bin/host 0755 elf=x86_64
/usr/share/zoneinfo
zone.tab
/etc/own/host.conf
//- /usr/share/zoneinfo/zone.tab
//- /usr/share/zoneinfo/other.tab
//- /etc/own/host.conf
#include "/srv/own.inc"
# include what is in /srv/other.inc
//- /srv/own.inc
//- /srv/other.inc
`;
  const found = (await shipped(root)).join("\n");
  expect(found).toContain("/usr/share/zoneinfo/zone.tab  string");
  expect(found).toContain("/srv/own.inc");
  expect(found).not.toContain("other");
});

test("a name with places to be filled counts where more than names in strings leads to its object", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64 loader needed=libscreen.so.1 imports=dlopen
libnamed.so.1
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libscreen.so.1 elf=x86_64 imports=dlopen
libscreen-%s.so
//- /usr/lib/libnamed.so.1 elf=x86_64 imports=dlopen
libdriver-%s.so
//- /usr/lib/libscreen-a.so elf=x86_64
//- /usr/lib/libdriver-a.so elf=x86_64
`;
  expect((await shipped(root)).filter((line) => line.startsWith("/usr/lib/"))).toEqual([
    "/usr/lib/libnamed.so.1  string: names libnamed.so.1",
    "/usr/lib/libscreen-a.so  string: names libscreen-a.so",
    "/usr/lib/libscreen.so.1  proved: needs libscreen.so.1",
  ]);
});

test("a shell that a library of a helper names stays out and is told of, where nothing proves that the helper is started", async () => {
  const record = (name: string, more = ""): string =>
    `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n${more}`;
  const root = `
//- /var/lib/dpkg/status
${record("host")}
${record("desk")}
${record("dash", "Essential: yes\n")}
//- /var/lib/dpkg/info/host.list
/usr/bin/host
/usr/lib/libhost.so
//- /var/lib/dpkg/info/desk.list
/usr/lib/libdesk.so
/usr/lib/desk/launch
//- /var/lib/dpkg/info/dash.list
/bin/sh
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/bin/host 0755 elf=x86_64 loader needed=libhost.so
//- /usr/lib/libhost.so elf=x86_64 soname=libhost.so imports=dlopen
libdesk.so
//- /usr/lib/libdesk.so elf=x86_64 soname=libdesk.so imports=execve
/usr/lib/desk/launch
/bin/sh
//- /usr/lib/desk/launch 0755 elf=x86_64 loader needed=libdesk.so
//- /bin/sh 0755 elf=x86_64
`;
  const found = await shipped(root);
  expect(found.some((line) => line.startsWith("/usr/lib/desk/launch"))).toBe(true);
  expect(found.filter((line) => line.includes("/bin/sh"))).toEqual([
    "warning PROGRAM_LEFT_OUT: cannot tell if 1 program of other packages, named in strings, is started: /bin/sh; asked for by /usr/lib/libdesk.so",
  ]);
});
