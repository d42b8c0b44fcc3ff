import { expect, test } from "vitest";
import { installed, shipped } from "./named-path-cases.ts";

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
