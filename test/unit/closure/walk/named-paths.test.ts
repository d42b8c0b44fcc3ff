import { expect, test } from "vitest";
import { namesBeside, pathsInConfiguration, pathsInString } from "../../../../src/formats/text/named-paths.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { binary, type ClosureCase, closureOf } from "../../../support/closure.ts";

async function shipped(root: string, more: Partial<ClosureCase> = {}): Promise<readonly string[]> {
  const plugins = { ...allPlugins(), features: [] };
  const { entries, unknowns, diagnostics } = await closureOf({
    root,
    roots: [binary("/usr/bin/host")],
    plugins,
    ...more,
  });
  return [
    ...entries
      .filter(({ kind }) => kind !== "directory")
      .map(({ path, reason }) => `${path}  ${reason.evidence}: ${reason.why}`),
    ...unknowns.map(({ what, outcome }) => `unknown ${what}: ${outcome}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

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

test("configuration of the command line is followed, and what it names again", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64
//- /srv/host.conf
# /srv/commented
include /srv/conf.d/*.conf
data = "/srv/data";
key /srv/key.pem
url http://host/srv/other
run /srv/tool --verbose
//- /srv/conf.d/a.conf
page /srv/page.html
include beside.inc other.inc
//- /srv/conf.d/beside.inc
x
//- /srv/other.inc
no
//- /srv/page.html
hello
//- /srv/data/x
1
//- /srv/commented
no
//- /srv/other
no
//- /srv/key.pem 0600
secret
//- /srv/tool 0755
#!/usr/bin/sh
//- /usr/bin/sh 0755 elf=x86_64
`;
  expect(await shipped(root, { process: { cmd: ["--config=/srv/host.conf"] } })).toMatchInlineSnapshot(`
    [
      "/srv/conf.d/a.conf  string: names /srv/conf.d/a.conf",
      "/srv/conf.d/beside.inc  string: names /srv/conf.d/beside.inc",
      "/srv/data/x  string: names /srv/data",
      "/srv/host.conf  user: names /srv/host.conf",
      "/srv/page.html  string: names /srv/page.html",
      "/srv/tool  string: names /srv/tool",
      "/usr/bin/host  user: names /usr/bin/host",
      "/usr/bin/sh  proved: names /usr/bin/sh in its first line",
      "warning FILE_PRIVATE: cannot ship 1 file that it names: private files need a line of the spec: /srv/key.pem; asked for by /srv/host.conf",
    ]
  `);
});

test("reads paths of a text outside comments, in quotes, lists and elements", () => {
  const text = `a "/srv/a" '/srv/b', <c>/srv/c</c> unix:/run/x.sock \${HOME}/srv/d ./srv/e https://x/srv/f -I/srv/k
; /srv/g
// /srv/h
PATH=/opt/x/bin:/opt/y/bin file:///srv/i \${ROOT}/etc/j
glob /etc/x/*.conf /proc/self /tmp/z`;
  expect(pathsInConfiguration(text).map(({ kind, text: path }) => `${kind} ${path}`)).toMatchInlineSnapshot(`
    [
      "path /srv/a",
      "path /srv/b",
      "path /srv/c",
      "path /run/x.sock",
      "path /srv/k",
      "path /opt/x/bin",
      "path /opt/y/bin",
      "path /srv/i",
      "path /etc/j",
      "pattern /etc/x/*.conf",
    ]
  `);
});

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

test("reads paths of a string", () => {
  const strings = [
    "/usr/lib/x:/usr/share/y",
    "/usr/lib/x/%s.so",
    "/%s/x",
    "/usr/share/x y",
    "/bin/ps -ax",
    "/dev/null",
    "/etc/x.conf",
    "own_path=/usr/lib/x/own",
    "--a=/etc/a --b='/etc/b' --c",
    "file:///etc/x/catalog",
    "share/x/plugins",
    "{/etc/x/web,/usr/share/x/web,$ROOT/x}",
    "see share/x",
    "~/.x/config:/etc/x.conf:/usr/etc/x.conf",
    ".:/usr/share/x",
  ];
  expect(
    strings.map((text) => pathsInString(text, "/opt/x").map(({ kind, text: path }) => `${kind} ${path}`)),
  ).toMatchInlineSnapshot(`
    [
      [
        "path /usr/lib/x",
        "path /usr/share/y",
      ],
      [
        "prefix /usr/lib/x/",
      ],
      [],
      [],
      [
        "path /bin/ps",
      ],
      [],
      [
        "path /etc/x.conf",
      ],
      [
        "path /usr/lib/x/own",
      ],
      [
        "path /etc/a",
      ],
      [
        "path /etc/x/catalog",
      ],
      [
        "path /opt/x/share/x/plugins",
      ],
      [
        "path /etc/x/web",
        "path /usr/share/x/web",
      ],
      [],
      [
        "path /etc/x.conf",
        "path /usr/etc/x.conf",
      ],
      [
        "path /usr/share/x",
      ],
    ]
  `);
});

test("reads names that may be files beside a configuration", () => {
  const text = `include "inc.vh" ../up/x.ent; include prices.db\nconf.d/own x=a.b.c /abs/x.y https://host/x.js word 10.0.0.1 ./z.txt\n# no.txt`;
  expect(namesBeside('rewritePrefix="./"')).toEqual(["."]);
  expect(namesBeside(text)).toEqual(["inc.vh", "../up/x.ent", "prices.db", "conf.d/own", "a.b.c", "10.0.0.1"]);
});

test("programs that came with the package ship where a program of it starts them by name", async () => {
  const root = `
//- /var/lib/dpkg/status
Package: troffs
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/troffs.list
/usr/bin/host
/usr/bin/tbl
/usr/bin/other
//- /usr/bin/host 0755 elf=x86_64 loader imports=execvp
start
tbl
//- /usr/bin/tbl 0755 elf=x86_64
//- /usr/bin/other 0755 elf=x86_64
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
`;
  expect((await shipped(root)).filter((line) => line.startsWith("/usr/bin"))).toEqual([
    "/usr/bin/host  user: names /usr/bin/host",
    "/usr/bin/tbl  string: names tbl",
  ]);
});

test("programs of the package ship that a program of it writes lines for a shell with", async () => {
  const root = `
//- /var/lib/dpkg/status
Package: troffs
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/troffs.list
/usr/bin/host
/usr/bin/attach
/usr/bin/detach
/usr/bin/other
//- /usr/bin/host 0755 elf=x86_64
 | attach
detach | 
other
//- /usr/bin/attach 0755 elf=x86_64
//- /usr/bin/detach 0755 elf=x86_64
//- /usr/bin/other 0755 elf=x86_64
`;
  expect((await shipped(root)).filter((line) => line.startsWith("/usr/bin"))).toEqual([
    "/usr/bin/attach  string: names attach",
    "/usr/bin/detach  string: names detach",
    "/usr/bin/host  user: names /usr/bin/host",
  ]);
});

const troffs = `
//- /var/lib/dpkg/status
Package: troffs
Status: install ok installed
Version: 1
Architecture: amd64

Package: plug
Status: install ok installed
Version: 1
Architecture: amd64
//- /usr/bin/host 0755 elf=x86_64
host_plugins=/usr/lib/x/plugins
//- /usr/bin/post 0755 elf=x86_64
//- /usr/bin/no 0755 elf=x86_64
//- /usr/share/troffs/DESC
res 72
postpro post
font /usr/share/fonts/type/a.otf
help /usr/bin/no or no
//- /usr/share/fonts/type/a.otf
x
//- /usr/lib/x/plugins/own.so elf=x86_64
//- /usr/lib/x/plugins/plug.so elf=x86_64
//- /usr/lib/x/else.so elf=x86_64
`;
const troffsList = `/usr/bin/host
/usr/bin/post
/usr/bin/no
/usr/share/troffs/DESC
`;

test("of more programs than a toolbox has, an unknown names the first", async () => {
  const names = Array.from({ length: 41 }, (_, index) => `tool${String(index + 10)}`);
  const root = `
//- /var/lib/dpkg/status
Package: tools
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tools.list
/usr/bin/host
${names.map((name) => `/usr/bin/${name}`).join("\n")}
//- /usr/bin/host 0755 elf=x86_64
${names.map((name) => ` | ${name}`).join("\n")}
${names.map((name) => `//- /usr/bin/${name} 0755 elf=x86_64`).join("\n")}
`;
  expect((await shipped(root)).filter((line) => !line.startsWith("/var"))).toEqual([
    "/usr/bin/host  user: names /usr/bin/host",
    "unknown one of 41 programs of its package: tool10, tool11, tool12, tool13, ...: unbounded",
  ]);
});

test("settings that are too large to be read are an unknown", async () => {
  const root = (bytes: number): string => `
//- /usr/bin/host 0755 elf=x86_64
//- /srv/host.conf
data = /srv/data
${"#".repeat(bytes)}
//- /srv/data
x
`;
  const process = { cmd: ["/usr/bin/host", "/srv/host.conf"] };
  const lines = async (bytes: number): Promise<readonly string[]> =>
    (await shipped(root(bytes), { process })).filter((line) => !line.startsWith("/usr"));
  expect(await lines(2 * 2 ** 20)).toEqual([
    "/srv/data  string: names /srv/data",
    expect.stringContaining("/srv/host.conf  user: "),
  ]);
  expect(await lines(4 * 2 ** 20)).toEqual([
    expect.stringContaining("/srv/host.conf  user: "),
    "unknown settings of more than 4 MiB: unbounded",
  ]);
});

test("data of a package is followed: files of others, and programs of its own that a line names", async () => {
  const root = `${troffs}//- /var/lib/dpkg/info/troffs.list\n${troffsList}`;
  expect((await shipped(root)).filter((line) => !line.includes("plugins"))).toMatchInlineSnapshot(`
    [
      "/usr/bin/host  user: names /usr/bin/host",
      "/usr/bin/post  string: names post",
      "/usr/share/fonts/type/a.otf  string: names /usr/share/fonts/type/a.otf",
      "/usr/share/troffs/DESC  package: has it in its package troffs",
    ]
  `);
});

test("a directory of plug-ins that packages share ships where the object's own has some", async () => {
  const plug = "//- /var/lib/dpkg/info/plug.list\n/usr/lib/x/plugins/plug.so\n/usr/lib/x/else.so\n";
  const others = `${troffs}${plug}//- /var/lib/dpkg/info/troffs.list\n${troffsList}`;
  expect((await shipped(others)).filter((line) => line.includes("plugins"))).toEqual([]);
  expect(
    (await shipped(`${others}/usr/lib/x/plugins/own.so\n`)).filter((line) => line.includes("plugins")),
  ).toMatchInlineSnapshot(`
    [
      "/usr/lib/x/plugins/own.so  package: has it in its package troffs",
      "/usr/lib/x/plugins/plug.so  string: names /usr/lib/x/plugins",
    ]
  `);
});

test("programs of a package that this one needs ship where its data names them", async () => {
  const root = `
//- /var/lib/dpkg/status
Package: host
Status: install ok installed
Version: 1
Architecture: amd64
Depends: printer, base

Package: printer
Status: install ok installed
Version: 1
Architecture: amd64

Package: base
Essential: yes
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/host.list
/usr/bin/host
/usr/share/host/out.scm
//- /var/lib/dpkg/info/printer.list
/usr/bin/print
/usr/bin/preview
/usr/bin/viewer
//- /var/lib/dpkg/info/base.list
/usr/bin/sort
//- /usr/bin/host 0755 elf=x86_64
//- /usr/share/host/out.scm
(spawn (list "print" "sort"))
run $dir/viewer --now; other $dir/preview/x
//- /usr/bin/print 0755 elf=x86_64
//- /usr/bin/preview 0755 elf=x86_64
//- /usr/bin/viewer 0755 elf=x86_64
//- /usr/bin/sort 0755 elf=x86_64
`;
  expect((await shipped(root)).filter((line) => line.startsWith("/usr/bin"))).toEqual([
    "/usr/bin/host  user: names /usr/bin/host",
    "/usr/bin/print  string: names print",
    "/usr/bin/viewer  string: names viewer",
  ]);
});

test("names beside a configuration in a directory of the system are files that no package has", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64
//- /srv/book.dat
include prices.db
//- /srv/prices.db
1
`;
  expect(await shipped(root, { process: { cmd: ["/srv/book.dat"] } })).toContain(
    "/srv/prices.db  string: names /srv/prices.db",
  );
});

test("a program that needs the library of a language has what that loads, and modules that configuration names", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64 loader needed=libperl.so.5.40
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libperl.so.5.40 elf=x86_64
/usr/share/perl/5.40
/usr/share/perl5
//- /usr/share/perl/5.40/strict.pm
//- /usr/share/perl5/Shop.pm
//- /srv/hook.pl
use Shop;
`;
  const lines = await shipped(root, { process: { cmd: ["hook=/srv/hook.pl"] } });
  expect(lines.filter((line) => /perl|srv/u.test(line))).toMatchInlineSnapshot(`
    [
      "/srv/hook.pl  user: names /srv/hook.pl",
      "/usr/lib/libperl.so.5.40  proved: needs libperl.so.5.40",
      "/usr/share/perl/5.40/strict.pm  rule: has it in its standard library",
      "/usr/share/perl5/Shop.pm  proved: loads Shop (line 1)",
    ]
  `);
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

test("programs and files of packages that this one needs ship where it names them; those of others are told of", async () => {
  const packages = ["host", "needed", "stranger"].map(
    (name) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n${name === "host" ? "Depends: needed\n" : ""}`,
  );
  const root = `
//- /var/lib/dpkg/status
${packages.join("\n")}
//- /var/lib/dpkg/info/host.list
/usr/bin/host
//- /var/lib/dpkg/info/needed.list
/usr/bin/mail
/usr/share/needed/table
//- /var/lib/dpkg/info/stranger.list
/usr/bin/log
/usr/bin/true
/usr/share/stranger/x
//- /usr/bin/true 0755 elf=x86_64
//- /usr/bin/host 0755 elf=x86_64
/usr/bin/mail
/usr/bin/log
/usr/bin/true
/usr/bin/absent
/usr/share/needed/table
/usr/share/stranger/x
//- /usr/bin/mail 0755 elf=x86_64
//- /usr/bin/log 0755 elf=x86_64
//- /usr/share/needed/table
//- /usr/share/stranger/x
`;
  expect(await shipped(root)).toMatchInlineSnapshot(`
    [
      "/usr/bin/host  user: names /usr/bin/host",
      "/usr/bin/mail  string: names /usr/bin/mail",
      "/usr/bin/true  string: names /usr/bin/true",
      "/usr/share/needed/table  string: names /usr/share/needed/table",
      "/usr/share/stranger/x  string: names /usr/share/stranger/x",
      "warning PROGRAM_LEFT_OUT: cannot tell if 1 program of other packages, named in strings, is started: /usr/bin/log; asked for by /usr/bin/host",
    ]
  `);
});

test("a program of no package means files of packages that its author asked for, whatever size they have", async () => {
  const large = "x".repeat(300_000);
  const root = (state: string): string => `
//- /var/lib/dpkg/status
Package: words
Status: install ok installed
Priority: standard
Version: 1
Architecture: all
//- /var/lib/apt/extended_states
${state}//- /var/lib/dpkg/info/words.list
/usr/share/words
/usr/share/words/all
/usr/share/words/lists
/usr/share/words/lists/de
//- /usr/bin/host 0755 elf=x86_64
/usr/share/words/all
/usr/share/words/lists
//- /usr/share/words/all
${large}
//- /usr/share/words/lists/de
`;
  const named = ["string: names /usr/share/words/all", "string: names /usr/share/words/lists"];
  expect((await shipped(root(""))).map((line) => line.split("  ")[1]).filter((why) => why?.includes("words"))).toEqual(
    named,
  );
  // However many packages its author asked for.
  const others = Array.from({ length: 40 }, (_, at) => `other${at}`);
  const status = others.map(
    (name) => `Package: ${name}\nStatus: install ok installed\nPriority: optional\nVersion: 1\nArchitecture: all\n\n`,
  );
  const lists = others.map((name) => `//- /var/lib/dpkg/info/${name}.list\n/usr/share/${name}\n`);
  const filled = root("").replace("status\n", `status\n${status.join("")}`) + lists.join("");
  expect((await shipped(filled)).map((line) => line.split("  ")[1]).filter((why) => why?.includes("words"))).toEqual(
    named,
  );
  const automatic = "Package: words\nArchitecture: all\nAuto-Installed: 1\n\n";
  expect((await shipped(root(automatic))).join()).not.toContain("string:");
});

test("what configuration names ships, whatever such files are for elsewhere", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64
//- /srv/host.conf
include /etc/rsyslog.d/*.conf
directory /etc/logrotate.d
//- /etc/rsyslog.d/own.conf
x
//- /etc/logrotate.d/own
x
`;
  const lines = await shipped(root, { process: { cmd: ["/srv/host.conf"] } });
  expect(lines.filter((line) => line.startsWith("/etc"))).toEqual([
    "/etc/logrotate.d/own  string: names /etc/logrotate.d",
    "/etc/rsyslog.d/own.conf  string: names /etc/rsyslog.d/own.conf",
  ]);
});

test("commands in configuration of no package are started, with their arguments and in their directory", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64
//- /usr/bin/serve 0755 elf=x86_64
//- /usr/bin/awk 0755 elf=x86_64
//- /usr/bin/sort 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/other 0755 elf=x86_64
//- /srv/site/serve.conf
//- /etc/host/own.conf
[a]
directory=/srv/site
command=serve -c serve.conf
[b]
Parameter=own.sum,awk '{print 1}' | sort
mode = other
`;
  const found = await shipped(root, { process: { cmd: ["-c", "/etc/host/own.conf"] } });
  expect(found).toMatchInlineSnapshot(`
    [
      "/etc/host/own.conf  user: names /etc/host/own.conf",
      "/srv/site/serve.conf  string: names /srv/site",
      "/usr/bin/awk  proved: runs awk (line 1)",
      "/usr/bin/host  user: names /usr/bin/host",
      "/usr/bin/serve  string: holds the command serve",
      "/usr/bin/sh  string: holds the command awk",
      "/usr/bin/sort  proved: runs sort (line 1)",
    ]
  `);
});

test("who calls the function that looks up passwords is told as well", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64 loader needed=libpart.so.1
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libpart.so.1 elf=x86_64 imports=getspnam_r
//- /etc/shadow 0640
bob:$y$j9T$salt$hash:1::::::
`;
  expect((await shipped(root)).filter((line) => line.startsWith("warning"))).toEqual([
    "warning FILE_PRIVATE: cannot ship 1 file with passwords of accounts: private files need a line of the spec: /etc/shadow; asked for by /usr/lib/libpart.so.1",
  ]);
});

test("who looks up passwords is told that they stay out, where an account has one", async () => {
  const root = (field: string): string => `
//- /usr/bin/host 0755 elf=x86_64
/etc/shadow
//- /etc/shadow 0640
root:*:1::::::
joe:${field}:1::::::
`;
  expect(await shipped(root("!"))).toEqual(["/usr/bin/host  user: names /usr/bin/host"]);
  expect(await shipped(root("$y$j9T$x$y"))).toContain(
    "warning FILE_PRIVATE: cannot ship 1 file with passwords of accounts: private files need a line of the spec: /etc/shadow; asked for by /usr/bin/host",
  );
});

test("private files in a directory that is named are one warning", async () => {
  const key = (name: string): string => `//- /srv/keys/${name} 0600\nx\n`;
  const names = ["a", "b", "c", "d"].map(key).join("");
  const root = `//- /usr/bin/host 0755 elf=x86_64\n${names}//- /etc/host.conf\nkeys /srv/keys\n`;
  const found = await shipped(root, { process: { cmd: ["/etc/host.conf"] } });
  expect(found.filter((line) => line.includes("FILE_PRIVATE"))).toEqual([
    "warning FILE_PRIVATE: cannot ship 4 files in /srv/keys: private files need a line of the spec: /srv/keys/a, /srv/keys/b, /srv/keys/c, /srv/keys/d; asked for by /etc/host.conf",
  ]);
});

test("of a directory of another package, the files that an object names too ship", async () => {
  const root = `
//- /var/lib/dpkg/status
Package: host
Status: install ok installed
Version: 1
Architecture: amd64

Package: zones
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/host.list
/usr/bin/host
//- /var/lib/dpkg/info/zones.list
/usr/share/zones/zone.tab
/usr/share/zones/other.tab
//- /usr/bin/host 0755 elf=x86_64
/usr/share/zones
zone.tab
//- /usr/share/zones/zone.tab
//- /usr/share/zones/other.tab
`;
  const found = await shipped(root);
  expect(found).toContain("/usr/share/zones/zone.tab  string: names /usr/share/zones/zone.tab");
  expect(found.join()).not.toContain("other.tab");
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

/** A database of dpkg: a paragraph and a list for each package. */
function installed(
  packages: Readonly<Record<string, { readonly fields?: string; readonly files: readonly string[] }>>,
): string {
  const all = Object.entries(packages);
  const status = all.map(
    ([name, { fields = "" }]) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n${fields}`,
  );
  const lists = all.map(([name, { files }]) => `//- /var/lib/dpkg/info/${name}.list\n${files.join("\n")}\n`);
  return `//- /var/lib/dpkg/status\n${status.join("\n")}\n${lists.join("")}`;
}

test("what a program names of packages that its maintainer suggests ships: directories, files, and programs by bare names", async () => {
  const root = `${installed({
    host: { fields: "Recommends: shapes\nSuggests: viewer\n", files: ["/usr/bin/host", "/usr/share/host/own.conf"] },
    shapes: { files: ["/usr/share/shapes", "/usr/share/shapes/a", "/usr/share/shapes/b"] },
    viewer: { files: ["/usr/bin/view", "/usr/bin/show"] },
    stranger: { files: ["/usr/share/stranger/c", "/usr/bin/strange"] },
  })}
//- /usr/bin/host 0755 elf=x86_64
/usr/share/shapes
/usr/share/stranger
/usr/bin/show
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/bin/show 0755 elf=x86_64 loader
//- /usr/share/host/own.conf
show = view
other = strange
//- /usr/share/shapes/a
//- /usr/share/shapes/b
//- /usr/share/stranger/c
//- /usr/bin/view 0755 elf=x86_64
//- /usr/bin/strange 0755 elf=x86_64
`;
  const lines = await shipped(root);
  expect(lines.filter((line) => line.startsWith("warning"))).toEqual([
    expect.stringContaining("started: /usr/bin/show;"),
  ]);
  expect(lines.filter((line) => line.startsWith("/usr"))).toEqual([
    "/usr/bin/host  user: names /usr/bin/host",
    "/usr/bin/view  string: names view",
    "/usr/share/host/own.conf  package: has it in its package host",
    "/usr/share/shapes/a  string: names /usr/share/shapes",
    "/usr/share/shapes/b  string: names /usr/share/shapes",
  ]);
});

test("a library brings the files of its own package that it names by nothing but their names", async () => {
  const root = `${installed({
    host: { files: ["/usr/bin/host"] },
    libpaper: { files: ["/usr/lib/libpaper.so.2", "/etc/paperspecs", "/etc/other.conf"] },
  })}
//- /usr/bin/host 0755 elf=x86_64 loader needed=libpaper.so.2
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libpaper.so.2 elf=x86_64
paperspecs
//- /etc/paperspecs
//- /etc/other.conf
`;
  expect((await shipped(root)).filter((line) => line.startsWith("/etc"))).toEqual([
    "/etc/paperspecs  string: names /etc/paperspecs",
  ]);
});

test("a directory that the author's settings name ships, though a package names it for itself too", async () => {
  const root = `${installed({
    host: { files: ["/usr/bin/host", "/usr/lib/gate"] },
    map: { files: ["/usr/lib/gate", "/usr/lib/gate/map", "/usr/bin/map"] },
  })}
//- /usr/bin/host 0755 elf=x86_64
/usr/lib/gate
//- /usr/lib/gate/map -> ../../bin/map
//- /usr/bin/map 0755 elf=x86_64
//- /srv/host.conf
alias "/gate/" "/usr/lib/gate/"
`;
  const lines = await shipped(root, { process: { cmd: ["/srv/host.conf"] } });
  expect(lines.filter((line) => line.startsWith("/usr/bin/map"))).toEqual(["/usr/bin/map  proved: links to it"]);
});

test("a text of the author that a script gives a command is read as settings", async () => {
  const root = `
//- /usr/bin/host 0755
#!/bin/sh
cat /srv/radio/own.liq
//- /bin/sh 0755 elf=x86_64
//- /bin/cat 0755 elf=x86_64
//- /srv/radio/own.liq
%include "part.liq"
list("/srv/music")
//- /srv/radio/part.liq
//- /srv/radio/other.liq
//- /srv/music/a.ogg
`;
  const lines = await shipped(root);
  expect(lines.filter((line) => line.startsWith("/srv"))).toEqual([
    "/srv/music/a.ogg  string: names /srv/music",
    "/srv/radio/other.liq  bound: brings its author's directory /srv/radio",
    "/srv/radio/own.liq  rule: names /srv/radio/own.liq (line 2)",
    "/srv/radio/part.liq  string: names /srv/radio/part.liq",
  ]);
});

test("of a text of the author, directories beside it that are values ship, and one in which a name is filled in", async () => {
  const root = `
//- /usr/bin/host 0755
#!/bin/sh
cat /srv/game/own.hxml
//- /bin/sh 0755 elf=x86_64
//- /bin/cat 0755 elf=x86_64
//- /srv/game/own.hxml
-cp src
-main Main
path = "/srv/lib/?.lua;"
//- /srv/game/src/Main.hx
//- /srv/game/Main/x
//- /srv/game/other/x
//- /srv/lib/own/a.lua
`;
  const lines = await shipped(root);
  expect(lines.filter((line) => /^\/srv|unknown/u.test(line))).toEqual([
    "/srv/game/Main/x  string: names /srv/game/Main",
    "/srv/game/other/x  bound: brings its author's directory /srv/game",
    "/srv/game/own.hxml  rule: names /srv/game/own.hxml (line 2)",
    "/srv/game/src/Main.hx  string: names /srv/game/src",
    "/srv/lib/own/a.lua  string: names /srv/lib",
  ]);
});

test("libraries that settings name ship: those of the author's, and those of the same source", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64 loader
/etc/host/config
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libhost-native.so elf=x86_64
//- /usr/lib/libtables.so.0 elf=x86_64
//- /usr/lib/libother.so.1 elf=x86_64
//- /etc/host/config
target="$libdir/libhost-native.so"
target="libother.so.1"
//- /srv/own.conf
driver = libtables.so.0
//- /var/lib/dpkg/status
Package: host
Status: install ok installed
Version: 1
Architecture: amd64

Package: libother1
Status: install ok installed
Version: 1
Architecture: amd64

//- /var/lib/dpkg/info/host.list
/usr/bin/host
/usr/lib/libhost-native.so
/etc/host/config
//- /var/lib/dpkg/info/libother1.list
/usr/lib/libother.so.1
`;
  const lines = await shipped(root, { process: { cmd: ["/srv/own.conf"] } });
  expect(lines.filter((line) => line.startsWith("/usr/lib/"))).toEqual([
    "/usr/lib/libhost-native.so  string: names libhost-native.so",
    "/usr/lib/libtables.so.0  string: names libtables.so.0",
  ]);
});

test("a binary that a program of no known run-time is given first has its directory, and settings with its name", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64
//- /srv/app/own.exe
MZ\0
//- /srv/app/own.exe.config
file=/srv/data/a.txt
//- /srv/app/part.dll
x
//- /srv/data/a.txt
`;
  const lines = await shipped(root, { process: { entrypoint: ["/usr/bin/host", "/srv/app/own.exe"] } });
  expect(lines.filter((line) => /^\/srv|unknown/u.test(line))).toMatchInlineSnapshot(`
    [
      "/srv/app/own.exe  bound: could be what the code of /srv/app/own.exe names",
      "/srv/app/own.exe.config  bound: could be what the code of /srv/app/own.exe names",
      "/srv/app/part.dll  bound: could be what the code of /srv/app/own.exe names",
      "/srv/data/a.txt  string: names /srv/data/a.txt",
      "unknown the code of /srv/app/own.exe: shipped",
    ]
  `);
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

test("settings in a directory that the command line gives are read as settings", async () => {
  const root = `
//- /usr/bin/host 0755 elf=x86_64
//- /srv/parts/10-own.cfg
path /usr/local/share/kit/?.lua
//- /srv/parts/deep/other.cfg
path /usr/local/share/other/?.lua
//- /usr/local/share/kit/own.lua
//- /usr/local/share/other/own.lua
`;
  const found = await shipped(root, { process: { cmd: ["/usr/bin/host", "/srv/parts"] } });
  expect(found.filter((line) => line.includes("own.lua"))).toEqual([
    "/usr/local/share/kit/own.lua  string: names /usr/local/share/kit",
  ]);
});
