import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { RequestRoot } from "../../../../src/closure/model/request.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../../support/closure.ts";

interface DebianPackage {
  readonly name: string;
  readonly source?: string;
  readonly depends?: string;
  readonly essential?: true;
  /** Each a file with its content, a directory with a slash at its end, or a link. */
  readonly files: Readonly<Record<string, string>>;
}

/** A builder with packages, and with files that no package has. */
function debian(packages: readonly DebianPackage[], more = ""): string {
  const status = packages.map(
    ({ name, source, depends, essential }) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n${essential === true ? "Essential: yes\n" : ""}${
        source === undefined ? "" : `Source: ${source}\n`
      }${depends === undefined ? "" : `Depends: ${depends}\n`}\n`,
  );
  const lists = packages.map(({ name, files }) => {
    const paths = Object.keys(files).map((path) => path.replace(/ .*$/u, ""));
    return `//- /var/lib/dpkg/info/${name}.list\n${paths.map((path) => path.replace(/\/$/u, "")).join("\n")}\n`;
  });
  const contents = packages.flatMap(({ files }) =>
    Object.entries(files).map(([path, content]) => `//- ${path}\n${content === "" ? "" : `${content}\n`}`),
  );
  return `//- /var/lib/dpkg/status\n${status.join("")}${lists.join("")}${contents.join("")}${more}`;
}

async function shipped(
  root: string,
  roots: readonly RequestRoot[] = [binary("/usr/sbin/server")],
): Promise<readonly string[]> {
  const { entries, diagnostics, leftOut } = await closureOf({
    root,
    roots,
    plugins: { ...allPlugins(), features: [] },
  });
  return [
    ...entries
      .filter(({ path, kind }) => kind !== "directory" || path.split("/").length > 3)
      .map(
        ({ path, kind, mode, uid }) => `${path}${kind === "directory" ? `/ ${mode.toString(8)} ${String(uid)}` : ""}`,
      ),
    ...leftOut.map(({ path, package: name }) => `left out: ${path} of ${name}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

const server: DebianPackage = {
  name: "server",
  depends: "server-data, libc6",
  files: {
    "/usr/sbin/server 0755 elf=x86_64": "",
    "/usr/bin/server-admin 0755 elf=x86_64": "",
    "/usr/lib/server/mod_a.so elf=x86_64 needed=libgone.so.1": "",
    "/usr/lib/server/helper 0755": "#!/usr/bin/absent",
    "/usr/include/server.h": "",
    "/usr/share/man/man8/server.8": "",
    "/usr/share/doc/server/copyright": "",
    "/etc/server/server.conf": "x",
    "/etc/init.d/server 0755": "#!/bin/sh",
    "/var/lib/server/ 0755 owner=104:104": "",
  },
};
const data: DebianPackage = {
  name: "server-data",
  source: "server (1.0)",
  files: { "/usr/share/server/page.html": "hello" },
};
const other: DebianPackage = { name: "other", files: { "/usr/share/other/x": "", "/usr/lib/other.so": "" } };
const plugin: DebianPackage = {
  name: "server-plugin",
  source: "server",
  depends: "server",
  files: { "/usr/lib/server/mod_b.so elf=x86_64": "" },
};

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

test("a directory of which each file is withheld stays out: a server takes an empty one for one that it made", async () => {
  const lines = await shipped(
    debian(
      [server, data],
      `
        //- /var/lib/server/system/tables 0600
        secret
        //- /var/lib/server/mixed/public
        //- /var/lib/server/mixed/private 0600
        secret
        //- /var/lib/server/empty/
      `,
    ),
  );
  expect(lines.filter((line) => line.startsWith("/var/lib/server/"))).toEqual([
    "/var/lib/server/ 755 104",
    "/var/lib/server/empty/ 755 0",
    "/var/lib/server/mixed/ 755 0",
    "/var/lib/server/mixed/public",
  ]);
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

test("a private file that several suggest is told of once", async () => {
  const own = { "/etc/server/key 0600": "x", "/etc/server/server.conf": "key /etc/server/key" };
  const lines = await shipped(debian([{ ...server, files: { ...server.files, ...own } }]));
  expect(lines.filter((line) => line.includes("FILE_PRIVATE"))).toHaveLength(1);
});

test("a program that needs the library of a language has its own package as well", async () => {
  const embedder: DebianPackage = {
    name: "resolver",
    depends: "libpython3.13",
    files: {
      "/usr/sbin/server 0755 elf=x86_64 loader needed=libpython3.13.so.1.0": "",
      "/etc/resolver/resolver.conf": "x",
    },
  };
  const library: DebianPackage = {
    name: "libpython3.13",
    source: "python3.13",
    files: {
      "/usr/lib/libpython3.13.so.1.0 elf=x86_64": "",
      "/usr/lib/python3.13/os.py": "",
      "/usr/lib/python3.13/encodings/__init__.py": "",
    },
  };
  const lines = await shipped(debian([embedder, library], "//- /lib64/ld-linux-x86-64.so.2 elf=x86_64\n"));
  expect(lines.filter((line) => /resolver|os\.py/u.test(line))).toMatchInlineSnapshot(`
    [
      "/etc/resolver/resolver.conf",
      "/usr/lib/python3.13/os.py",
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

test("a package of the distribution with modules of a language brings its data and its settings", async () => {
  const files = {
    "/usr/lib/python3/dist-packages/shop.py": "",
    "/usr/share/shop/table.csv": "1",
    "/etc/shop/shop.ini": "x",
    "/usr/share/doc/shop/README": "",
    "/usr/bin/shop-admin 0755": "#!/usr/bin/python3",
  };
  const python: DebianPackage = {
    name: "python3",
    files: {
      "/usr/bin/python3 0755 elf=x86_64": "",
      "/usr/lib/python3.13/os.py": "",
      "/usr/lib/python3.13/site.py": "# dist-packages",
    },
  };
  const root = debian([python, { name: "python3-shop", files }], "//- /app/app.py\nimport shop\n");
  const trace = async (prune: "safe" | "reachable"): Promise<readonly string[]> => {
    const { entries } = await closureOf({
      root,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
      plugins: { ...allPlugins(), features: [] },
    });
    return entries.map(({ path }) => path).filter((path) => path.includes("shop"));
  };
  expect(await trace("safe")).toEqual([
    "/etc/shop",
    "/etc/shop/shop.ini",
    "/usr/lib/python3/dist-packages/shop.py",
    "/usr/share/shop",
    "/usr/share/shop/table.csv",
  ]);
  expect(await trace("reachable")).toEqual(["/usr/lib/python3/dist-packages/shop.py"]);
});

test("what a helper of the package lacks in the builder is no error, though its interpreter is there for others", async () => {
  const helper: DebianPackage = {
    name: "server",
    files: {
      "/usr/sbin/server 0755 elf=x86_64": "",
      "/usr/lib/server/helper 0755": "#!/bin/sh\n/usr/bin/absent --now",
      "/usr/lib/server/broken 0755": "#!/usr/bin/absent",
    },
  };
  const own = "//- /bin/sh 0755 elf=x86_64\n//- /opt/run 0755\n#!/bin/sh\n/usr/bin/absent\n";
  const roots = [binary("/usr/sbin/server"), binary("/bin/sh", { index: 1 })];
  const lines = await shipped(debian([helper], own), roots);
  expect(lines.filter((line) => /^(?:error|warning)/u.test(line))).toEqual([]);
  const proved = await shipped(debian([helper], own), [...roots, binary("/opt/run", { index: 2 })]);
  expect(proved.filter((line) => /^(?:error|warning)/u.test(line))).toMatchInlineSnapshot(`
    [
      "warning SHELL_COMMAND_MISSING: cannot find /usr/bin/absent: line 2 of /opt/run runs it, not on the PATH of the builder",
    ]
  `);
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

test("a private file ships as its package brought it, for everybody can download that", async () => {
  const sum = createHash("sha1").update("user server\n").digest("base64");
  const root = (own: string): string => `
//- /lib/apk/db/installed
P:server
V:1
F:etc/server
R:main.conf
a:0:104:640
Z:Q1${sum}
F:usr/sbin
R:server

//- /usr/sbin/server 0755 elf=x86_64
//- /etc/server/main.conf 0640 owner=0:104
${own}
`;
  const isTold = (line: string): boolean => line.includes("FILE_PRIVATE: cannot ship 1 file of package server");
  const unchanged = await shipped(root("user server"));
  expect(unchanged).toContain("/etc/server/main.conf");
  expect(unchanged.some(isTold)).toBe(false);
  const changed = await shipped(root("password x"));
  expect(changed).not.toContain("/etc/server/main.conf");
  expect(changed.some(isTold)).toBe(true);
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

test("a plug-in starts the interpreter of the modules that it needs, and its sources for that are followed", async () => {
  const packages: readonly DebianPackage[] = [
    { name: "server", files: { "/usr/sbin/server 0755 elf=x86_64": "", "/usr/share/server/base.m": "" } },
    {
      name: "server-symbols",
      depends: "server, python3-symbols",
      files: {
        "/usr/share/server/symbols/start.m": "program = 'python3';",
        "/usr/share/server/symbols/header.py": "import symbols",
      },
    },
    {
      name: "python3-symbols",
      depends: "python3",
      files: { "/usr/lib/python3/dist-packages/symbols.py": "" },
    },
    { name: "python3", source: "python3-defaults", depends: "python3-minimal", files: { "/usr/bin/pydoc3 0755": "" } },
    {
      name: "python3-minimal",
      source: "python3-defaults",
      files: {
        "/usr/bin/python3 0755 elf=x86_64": "",
        "/usr/lib/python3.13/os.py": "",
        "/usr/lib/python3.13/site.py": "# dist-packages",
      },
    },
  ];
  const paths = await shipped(debian(packages));
  expect(paths).toContain("/usr/bin/python3");
  expect(paths).toContain("/usr/lib/python3/dist-packages/symbols.py");
});
