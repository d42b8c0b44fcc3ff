import { expect, test } from "vitest";
import { installed, shipped } from "./named-path-cases.ts";

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
