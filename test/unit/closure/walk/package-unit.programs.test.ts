import { expect, test } from "vitest";
import { binary } from "../../../support/closure.ts";
import { type DebianPackage, debian, shipped } from "./debian-packages.ts";

test("commands in a guest's lines for a shell are those of the unit that reads them", async () => {
  const host: DebianPackage = {
    name: "server",
    depends: "toolkit",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/usr/share/server/modes/README": "x",
      "/usr/bin/transfer 0755 elf=x86_64": "",
      "/usr/bin/other 0755 elf=x86_64": "",
    },
  };
  const toolkit: DebianPackage = {
    name: "toolkit",
    files: { "/usr/bin/analyse 0755 elf=x86_64": "", "/usr/bin/finish 0755 elf=x86_64": "" },
  };
  const pipe = "analyse '/usr/share/words/own.bin' | transfer -n $1 | finish";
  const words: DebianPackage = {
    name: "words",
    depends: "server",
    files: { "/usr/share/server/modes/own.mode": pipe, "/usr/share/words/own.bin": "x" },
  };
  const found = await shipped(debian([host, toolkit, words]));
  expect(found.filter((line) => /bin\/|own/u.test(line))).toMatchInlineSnapshot(`
    [
      "/usr/bin/analyse",
      "/usr/bin/finish",
      "/usr/bin/transfer",
      "/usr/sbin/server",
      "/usr/share/server/modes/own.mode",
      "/usr/share/words/own.bin",
      "left out: /usr/bin/other of server",
    ]
  `);
});

test("a script that a unit starts, and the program does not name, stays out with what runs it", async () => {
  const scripts: DebianPackage = {
    name: "server",
    depends: "script",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "/usr/lib/server/named",
      "/usr/lib/server/named 0755": "#!/usr/bin/script",
      "/usr/lib/server/wrapper 0755": "#!/usr/bin/script",
      "/usr/lib/server/other 0755": "#!/usr/bin/shell",
      "/usr/lib/systemd/system/server.service":
        "ExecStartPre=-/usr/lib/server/named\nExecStart=/usr/lib/server/wrapper %i",
    },
  };
  const interpreter: DebianPackage = {
    name: "script",
    files: { "/usr/bin/script 0755 elf=x86_64": "", "/usr/bin/shell 0755 elf=x86_64": "" },
  };
  const found = await shipped(debian([scripts, interpreter]));
  expect(found.filter((line) => /lib\/server|bin\//u.test(line))).toMatchInlineSnapshot(`
    [
      "/usr/bin/script",
      "/usr/bin/shell",
      "/usr/lib/server/ 755 0",
      "/usr/lib/server/named",
      "/usr/lib/server/other",
      "/usr/sbin/server",
      "left out: /usr/lib/server/wrapper of server",
    ]
  `);
});

test("a command that is not on the PATH, and ships in a directory of its package, is not missed", async () => {
  const launcher: DebianPackage = {
    name: "server",
    files: { "/usr/sbin/server 0755 elf=x86_64": "", "/usr/lib/server/bin/s.region 0755 elf=x86_64": "" },
  };
  const shell: DebianPackage = { name: "dash", essential: true, files: { "/bin/sh 0755 elf=x86_64": "" } };
  const script = "//- /srv/job.sh 0755\n#!/bin/sh\ns.region -p\ns.other\n";
  const roots = [binary("/usr/sbin/server"), binary("/srv/job.sh")];
  const found = await shipped(debian([launcher, shell], script), roots);
  expect(found.filter((line) => line.startsWith("warning"))).toEqual([
    "warning SHELL_COMMAND_MISSING: cannot find s.other: line 3 of /srv/job.sh runs it, not on the PATH of the builder",
  ]);
});

test("what a program runs for another is judged by who gives it the name", async () => {
  const tools: DebianPackage = {
    name: "tools",
    essential: true,
    files: { "/bin/sh 0755 elf=x86_64": "", "/usr/bin/timeout 0755 elf=x86_64": "" },
  };
  const stranger: DebianPackage = { name: "stranger", files: { "/usr/bin/stranger 0755 elf=x86_64": "" } };
  const server = (text: string): DebianPackage => ({
    name: "server",
    files: { "/usr/sbin/server 0755 elf=x86_64": "", "/usr/lib/server/helper 0755": text },
  });
  const ofPackage = await shipped(debian([server("#!/bin/sh\ntimeout 3 stranger\n"), stranger, tools]));
  expect(ofPackage).not.toContain("/usr/bin/stranger");
  const own = `${debian([server("#!/bin/sh\n"), stranger, tools])}
//- /srv/own.sh 0755
#!/bin/sh
sh -c "timeout 3 stranger"
`;
  expect(await shipped(own, [binary("/srv/own.sh")])).toContain("/usr/bin/stranger");
});

test("what needs a helper stays out, and what the helper of another program is started by", async () => {
  const client: DebianPackage = {
    name: "client",
    source: "suite",
    depends: "dash",
    files: { "/usr/sbin/server 0755 elf=x86_64": "", "/usr/lib/suite/agent 0755": "#!/bin/sh" },
  };
  const daemon: DebianPackage = {
    name: "daemon",
    source: "suite",
    depends: "client",
    files: {
      "/usr/sbin/daemon 0755 elf=x86_64": "/usr/lib/suite/session",
      "/usr/lib/suite/session 0755": "#!/bin/sh",
      "/etc/suite/daemon.conf": "x",
    },
  };
  const shell: DebianPackage = { name: "dash", source: "dash", files: { "/bin/sh 0755 elf=x86_64": "" } };
  const plugin: DebianPackage = {
    name: "dash-plugin",
    source: "dash",
    depends: "dash",
    files: { "/usr/lib/dash/plugin.so elf=x86_64": "" },
  };
  const found = await shipped(debian([client, daemon, shell, plugin]));
  expect(found.filter((line) => /suite|daemon|dash/u.test(line))).toMatchInlineSnapshot(`
    [
      "/etc/suite/daemon.conf",
      "/usr/lib/suite/ 755 0",
      "/usr/lib/suite/agent",
      "left out: /usr/sbin/daemon of daemon",
    ]
  `);
});

test("a program names one that every system has by its path, and starts it; a shell is for more than that", async () => {
  const own: DebianPackage = {
    name: "server",
    files: { "/usr/sbin/server 0755 elf=x86_64 loader": "/usr/bin/print\n/usr/bin/dash\n/usr/bin/stranger" },
  };
  const system: DebianPackage = {
    name: "system",
    essential: true,
    files: { "/usr/bin/print 0755 elf=x86_64": "", "/usr/bin/dash 0755 elf=x86_64": "" },
  };
  const stranger: DebianPackage = { name: "stranger", files: { "/usr/bin/stranger 0755 elf=x86_64": "" } };
  const found = await shipped(debian([own, system, stranger], "//- /lib64/ld-linux-x86-64.so.2 elf=x86_64\n"));
  expect(found.filter((line) => line.includes("/usr/bin/"))).toEqual([
    "/usr/bin/print",
    "warning PROGRAM_LEFT_OUT: cannot tell if 2 programs of other packages, named in strings, are started: /usr/bin/dash, /usr/bin/stranger; asked for by /usr/sbin/server",
  ]);
});

test("a program starts what another name leads to, of a package that it needs", async () => {
  const own: DebianPackage = {
    name: "server",
    depends: "tools",
    files: { "/usr/sbin/server 0755 elf=x86_64 loader imports=execvp": "turn\nfold" },
  };
  const tools: DebianPackage = { name: "tools", depends: "tools-7", files: {} };
  const files = { "/usr/bin/turn-7 0755 elf=x86_64": "", "/usr/bin/bend-7 0755 elf=x86_64": "" };
  const links = ["turn", "bend"].flatMap((name) => [
    `//- /usr/bin/${name} -> /etc/alternatives/${name}`,
    `//- /etc/alternatives/${name} -> /usr/bin/${name}-7`,
  ]);
  const more = [...links, "//- /lib64/ld-linux-x86-64.so.2 elf=x86_64", ""].join("\n");
  const found = await shipped(debian([own, tools, { name: "tools-7", files }], more));
  expect(found.filter((line) => line.startsWith("/usr/bin/"))).toEqual(["/usr/bin/turn", "/usr/bin/turn-7"]);
});
