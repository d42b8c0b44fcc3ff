import { expect, test } from "vitest";
import { type DebianPackage, debian, server, shipped } from "./debian-packages.ts";

test("a private file that several suggest is told of once", async () => {
  const own = { "/etc/server/key 0600": "x", "/etc/server/server.conf": "key /etc/server/key" };
  const lines = await shipped(debian([{ ...server, files: { ...server.files, ...own } }]));
  expect(lines.filter((line) => line.includes("FILE_PRIVATE"))).toHaveLength(1);
});

test("a program that a package only suggests ships where that package needs it, and is told of otherwise", async () => {
  const helper: DebianPackage = {
    name: "server",
    depends: "needed",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/etc/server/server.conf": "x",
      "/usr/lib/server/helper 0755": "#!/bin/sh\n/usr/bin/needed --now\n/usr/bin/stranger --now\n/usr/bin/base x\n",
    },
  };
  const program = (name: string): DebianPackage => ({
    name,
    files: { [`/usr/bin/${name} 0755 elf=x86_64`]: "", [`/usr/share/${name}/data`]: "x" },
  });
  const shell: DebianPackage = { name: "dash", essential: true, files: { "/bin/sh 0755 elf=x86_64": "" } };
  const all = [helper, program("needed"), program("stranger"), { ...program("base"), essential: true } as const, shell];
  const found = await shipped(debian(all));
  expect(found.filter((line) => /needed|stranger|base/u.test(line))).toMatchInlineSnapshot(`
    [
      "/usr/bin/base",
      "/usr/bin/needed",
      "/usr/share/base/ 755 0",
      "/usr/share/base/data",
      "/usr/share/needed/ 755 0",
      "/usr/share/needed/data",
      "warning PROGRAM_LEFT_OUT: cannot tell if 1 program of other packages, named in strings, is started: /usr/bin/stranger; asked for by /usr/lib/server/helper",
    ]
  `);
  // What the builder's author wrote is meant.
  const own = "//- /etc/server/own.conf\n/usr/bin/stranger\n";
  expect(await shipped(debian([...all], own))).toContain("/usr/bin/stranger");
});

test("what only a helper names of other packages ships where it is small, and is told of otherwise", async () => {
  const own: DebianPackage = {
    name: "server",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/usr/lib/server/helper 0755 elf=x86_64 loader": "/etc/media.types\n/usr/share/words/all",
    },
  };
  const media: DebianPackage = { name: "media", files: { "/etc/media.types": "text/html html" } };
  const words: DebianPackage = { name: "words", files: { "/usr/share/words/all": "x".repeat(2 ** 18 + 1) } };
  const found = await shipped(debian([own, media, words], "//- /lib64/ld-linux-x86-64.so.2 elf=x86_64\n"));
  expect(found.filter((line) => /media|words/u.test(line))).toEqual([
    "/etc/media.types",
    "warning PROGRAM_LEFT_OUT: cannot tell if 1 file of other packages, named in strings, is used: /usr/share/words/all; asked for by /usr/lib/server/helper",
  ]);
});
