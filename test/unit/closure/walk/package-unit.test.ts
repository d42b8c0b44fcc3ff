import { expect, test } from "vitest";
import { binary } from "../../../support/closure.ts";
import { type DebianPackage, data, debian, plugin, server, shipped } from "./debian-packages.ts";

const other: DebianPackage = { name: "other", files: { "/usr/share/other/x": "", "/usr/lib/other.so": "" } };

test("a program has the run-time files of its package, and of packages of the same source", async () => {
  expect(await shipped(debian([server, data, other, plugin]))).toMatchInlineSnapshot(`
    [
      "/etc/server/server.conf",
      "/usr/lib/server/ 755 0",
      "/usr/lib/server/helper",
      "/usr/lib/server/mod_a.so",
      "/usr/lib/server/mod_b.so",
      "/usr/sbin/server",
      "/usr/share/server/ 755 0",
      "/usr/share/server/page.html",
      "/var/lib/server/ 755 104",
      "left out: /usr/bin/server-admin of server",
    ]
  `);
});

test("what the builder put into directories of the package comes along, but not what only its owner may read", async () => {
  const root = debian(
    [server, data, other],
    "//- /etc/server/conf.d/own.conf\nown\n//- /etc/server/secret 0600\nsecret\n//- /usr/share/other/y\n//- /var/lib/server/db\n",
  );
  const lines = await shipped(root);
  expect(lines.filter((line) => /own\.conf|secret|\/other\/|\/db$/u.test(line))).toMatchInlineSnapshot(`
    [
      "/etc/server/conf.d/own.conf",
      "/var/lib/server/db",
      "warning FILE_PRIVATE: cannot ship 1 file of package server: private files need a line of the spec: /etc/server/secret; asked for by /usr/sbin/server",
    ]
  `);
});

test("what packages of other sources put where the unit looks comes along, if one needs the other", async () => {
  const needed: DebianPackage = { name: "far-module", files: { "/usr/share/server/far.mod": "", "/etc/far.conf": "" } };
  const needy: DebianPackage = {
    name: "near-module",
    depends: "server-api",
    files: { "/usr/lib/server/near.so elf=x86_64": "", "/usr/share/near/x": "" },
  };
  const stranger: DebianPackage = { name: "stranger", files: { "/usr/share/server/stranger.mod": "" } };
  const root = debian([
    server,
    { ...data, depends: "far-module", files: { ...data.files } },
    needed,
    needy,
    stranger,
  ]).replace("Package: server\n", "Package: server\nProvides: server-api (= 1)\n");
  const lines = await shipped(root);
  expect(lines.filter((line) => /far|near|stranger/u.test(line))).toEqual([
    "/usr/lib/server/near.so",
    "/usr/share/near/ 755 0",
    "/usr/share/near/x",
    "/usr/share/server/far.mod",
  ]);
});

test("what the scripts of a package made comes along, and what the builder put beside it", async () => {
  const scripts = `
//- /var/lib/dpkg/info/server.postinst
#!/bin/sh
. /usr/share/debconf/confmodule
mkdir -p /etc/made
newaliases > /etc/server.map
chown server /etc/passwd /usr/share/other/x \${ROOT}/var/lib/made
//- /etc/made/own.conf
x
//- /etc/made/secret 0600
x
//- /etc/server.map
x
//- /etc/passwd
root:x:0:0::/root:/bin/sh
//- /usr/share/debconf/confmodule
x
//- /var/lib/made/state
x
//- /etc/unmade/x
x
`;
  const debconf: DebianPackage = { name: "debconf", files: { "/usr/share/debconf/confmodule": "" } };
  const lines = await shipped(debian([server, data, other, debconf], scripts));
  expect(lines.filter((line) => /made|\.map|passwd|debconf|other/u.test(line))).toMatchInlineSnapshot(`
    [
      "/etc/made/own.conf",
      "/etc/server.map",
      "/var/lib/made/ 755 0",
      "/var/lib/made/state",
      "warning FILE_PRIVATE: cannot ship 1 file of package server: private files need a line of the spec: /etc/made/secret; asked for by /usr/sbin/server",
    ]
  `);
});

test("what the scripts of a package write into a directory of another source is not its own", async () => {
  const scripts = `
//- /var/lib/dpkg/info/server.postinst
#!/bin/sh
grep server /var/lib/registry/hashes
touch /var/lib/registry/cache/server
//- /var/lib/registry/hashes
/usr/share/other/x
//- /var/lib/registry/cache/other
x
`;
  const registry: DebianPackage = { name: "registry", files: { "/var/lib/registry/own": "" } };
  const lines = await shipped(debian([server, data, other, registry], scripts));
  expect(lines.filter((line) => /registry|other/u.test(line))).toEqual([]);
});

test("a link of a package to a directory of another one brings what lies there", async () => {
  const pack: DebianPackage = { name: "pack", files: { "/usr/share/pack/de/page.html": "hallo" } };
  const linked: DebianPackage = {
    name: "server",
    files: { "/usr/sbin/server 0755 elf=x86_64": "", "/usr/share/server/pages -> ../pack": "" },
  };
  const lines = await shipped(debian([linked, pack]));
  expect(lines.filter((line) => line.includes("share"))).toMatchInlineSnapshot(`
    [
      "/usr/share/pack/ 755 0",
      "/usr/share/pack/de/ 755 0",
      "/usr/share/pack/de/page.html",
      "/usr/share/server/ 755 0",
      "/usr/share/server/pages",
    ]
  `);
});

test("a program of no package has the prefix that it was installed into", async () => {
  const root = `
//- /opt/tool/bin/tool 0755 elf=x86_64
//- /opt/tool/share/table
//- /opt/tool/share/man/x.1
//- /opt/other/x
`;
  expect(await shipped(root, [binary("/opt/tool/bin/tool")])).toEqual([
    "/opt/tool/bin/ 755 0",
    "/opt/tool/bin/tool",
    "/opt/tool/share/ 755 0",
    "/opt/tool/share/man/ 755 0",
    "/opt/tool/share/man/x.1",
    "/opt/tool/share/table",
  ]);
});

test("a plug-in of an installed package brings its unit, and what every system has is no plug-in", async () => {
  const guest = (name: string): DebianPackage => ({
    name,
    depends: "server",
    files: { [`/usr/lib/server/${name}.so elf=x86_64`]: "", [`/usr/share/${name}/data`]: "x" },
  });
  const found = await shipped(debian([server, guest("plugin"), { ...guest("base"), essential: true }]));
  expect(found).toContain("/usr/share/plugin/data");
  expect(found).not.toContain("/usr/share/base/data");
});

test("headers in directories of a compiler's own ship, but for what developers install", async () => {
  const compiler: DebianPackage = {
    name: "server",
    depends: "server-libraries",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/usr/lib/server/modules/constants.h": "x",
      "/usr/include/server.h": "x",
    },
  };
  const libraries: DebianPackage = {
    name: "server-libraries",
    source: "server",
    files: {
      "/usr/share/server/include/chip.h": "x",
      "/usr/share/server/lib/chip.a": "x",
      "/usr/lib/libserver.a": "x",
    },
  };
  const developers: DebianPackage = {
    name: "server-dev",
    source: "server",
    depends: "server",
    files: { "/usr/lib/server/plugin.h": "x" },
  };
  const found = await shipped(debian([compiler, libraries, developers]));
  expect(found.filter((line) => /\.[ah]$/u.test(line))).toEqual([
    "/usr/lib/server/modules/constants.h",
    "/usr/share/server/include/chip.h",
    "/usr/share/server/lib/chip.a",
  ]);
});

test("a package that only registers a text with another one is no plug-in", async () => {
  const shell: DebianPackage = {
    name: "shell",
    depends: "server",
    files: { "/usr/share/server/shells.d/shell": "x", "/usr/share/shell/prompts": "x", "/etc/shell/rc": "x" },
  };
  const macros: DebianPackage = {
    name: "macros",
    depends: "server",
    files: { "/usr/share/server/macros/a": "x", "/usr/share/server/macros/b": "x", "/etc/macros/rc": "x" },
  };
  const found = await shipped(debian([server, { ...data, depends: "server" }, shell, macros]));
  expect(found.filter((line) => /shell|macros\/[ar]/u.test(line))).toMatchInlineSnapshot(`
    [
      "/etc/macros/rc",
      "/usr/share/server/macros/a",
      "/usr/share/server/shells.d/ 755 0",
      "/usr/share/server/shells.d/shell",
    ]
  `);
});

test("a link to a unit is not for running", async () => {
  const linked: DebianPackage = {
    name: "server",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/etc/server/unit.conf -> /usr/lib/systemd/server.conf": "",
      "/usr/lib/systemd/server.conf": "x",
    },
  };
  expect((await shipped(debian([linked]))).filter((line) => /unit|systemd/u.test(line))).toEqual([]);
});

test("what the builder's author put beside a package's own directories, in /usr/local, is for its programs", async () => {
  const desk: DebianPackage = {
    name: "server",
    files: { "/usr/sbin/server 0755 elf=x86_64": "", "/usr/share/desk/page.html": "x", "/usr/lib/desk/part": "x" },
  };
  const more = `
//- /usr/local/share/desk/garden/page.html
own
//- /usr/local/lib/desk/own-part
own
//- /usr/local/share/other/page.html
no
`;
  expect((await shipped(debian([desk], more))).filter((path) => /local.*(?:desk|other)/u.test(path))).toEqual([
    "/usr/local/lib/desk/ 755 0",
    "/usr/local/lib/desk/own-part",
    "/usr/local/share/desk/ 755 0",
    "/usr/local/share/desk/garden/ 755 0",
    "/usr/local/share/desk/garden/page.html",
  ]);
});
