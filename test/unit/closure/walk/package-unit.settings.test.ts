import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type DebianPackage, debian, shipped } from "./debian-packages.ts";

const other: DebianPackage = { name: "other", files: { "/usr/share/other/x": "", "/usr/lib/other.so": "" } };

test("a command in settings that a package brought is started where the builder's author changed them", async () => {
  const sum = (text: string): string => createHash("sha1").update(text).digest("base64");
  const root = (brought: string): string => `
//- /lib/apk/db/installed
P:server
V:1
F:etc/server
R:main.conf
Z:Q1${sum(brought)}
F:usr/sbin
R:server

P:tool
V:1
F:usr/bin
R:tool

//- /usr/sbin/server 0755 elf=x86_64
//- /usr/bin/tool 0755 elf=x86_64
//- /etc/server/main.conf
command = tool -v
`;
  expect(await shipped(root("x\n"))).toContain("/usr/bin/tool");
  expect(await shipped(root("command = tool -v\n"))).not.toContain("/usr/bin/tool");
});

test("a display server finds the compiler that a package without programs stands for, and settings in data their trees", async () => {
  const display: DebianPackage = {
    name: "server",
    depends: "display-common",
    files: {
      "/usr/sbin/server 0755 elf=x86_64 imports=execl": '"%s%scompile" -w %d',
      "/usr/share/server/trees.cnf": "TREES = /usr/share/trees",
    },
  };
  const common: DebianPackage = {
    name: "display-common",
    depends: "compiler, trees",
    files: { "/usr/share/display/x": "x", "/usr/share/trees/common.tree": "x" },
  };
  const compiler: DebianPackage = {
    name: "compiler",
    files: { "/usr/bin/compile 0755 elf=x86_64": "", "/usr/bin/other 0755 elf=x86_64": "" },
  };
  const guest: DebianPackage = { name: "oak", files: { "/usr/share/trees/oak.tree": "x" } };
  const found = await shipped(debian([display, common, compiler, guest]));
  expect(found.filter((line) => /compile|other|tree/u.test(line))).toMatchInlineSnapshot(`
    [
      "/usr/bin/compile",
      "/usr/share/server/trees.cnf",
      "/usr/share/trees/ 755 0",
      "/usr/share/trees/common.tree",
      "/usr/share/trees/oak.tree",
      "left out: /usr/bin/other of compiler",
    ]
  `);
});

test("what completes or schedules ships with the program that it is for, and names nothing else", async () => {
  const shell: DebianPackage = {
    name: "fish-common",
    source: "fish",
    files: { "/usr/share/fish/config.fish": "run /usr/share/other/x", "/usr/share/zsh/_fish": "" },
  };
  const own: DebianPackage = {
    name: "fish",
    depends: "fish-common",
    files: { "/usr/sbin/server 0755 elf=x86_64": "", "/etc/fish/x": "", "/usr/share/bash-completion/fish": "" },
  };
  const root = debian([own, shell, other], "//- /etc/fish/conf.d/own.fish\nset -x OWN 1\n");
  expect(await shipped(root)).toMatchInlineSnapshot(`
    [
      "/etc/fish/conf.d/ 755 0",
      "/etc/fish/conf.d/own.fish",
      "/etc/fish/x",
      "/usr/sbin/server",
      "/usr/share/fish/ 755 0",
      "/usr/share/fish/config.fish",
    ]
  `);
});

test("settings that came with a package start what the package needs, and nothing else", async () => {
  const mail: DebianPackage = {
    name: "server",
    depends: "pager",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/etc/server/types.conf": "show-text: pager %F\nshow-png: view %F",
    },
  };
  const pager: DebianPackage = { name: "pager", files: { "/usr/bin/pager 0755 elf=x86_64": "" } };
  const view: DebianPackage = { name: "view", files: { "/usr/bin/view 0755 elf=x86_64": "" } };
  const paths = await shipped(debian([mail, pager, view]));
  expect(paths).toContain("/usr/bin/pager");
  expect(paths).not.toContain("/usr/bin/view");
});

test("settings that the author put beside those of a package start programs, and those of the package itself do not", async () => {
  const desk: DebianPackage = {
    name: "server",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/usr/share/desk/kinds/first/kind.json": '{ "argv": ["/usr/bin/view", "x"] }',
    },
  };
  const view: DebianPackage = { name: "view", files: { "/usr/bin/view 0755 elf=x86_64": "" } };
  const more = `
//- /usr/share/desk/kinds/own/kind.json
{ "argv": ["/usr/local/bin/own-kind", "{file}"] }
//- /usr/local/bin/own-kind 0755 elf=x86_64
`;
  const paths = await shipped(debian([desk, view], more));
  expect(paths).toContain("/usr/local/bin/own-kind");
  expect(paths).not.toContain("/usr/bin/view");
});
