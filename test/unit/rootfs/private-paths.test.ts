import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

/** Secrets, logs, and the state of machines and package managers, by the places where distributions keep them. */
const files = [
  "/etc/shadow",
  "/etc/shadow-",
  "/etc/gshadow",
  "/etc/subuid",
  "/etc/passwd-",
  "/etc/machine-id",
  "/etc/hostname",
  "/etc/ssh/ssh_host_ed25519_key",
  "/etc/ssl/private/server.key",
  "/etc/pki/tls/private/server.key",
  "/etc/krb5.keytab",
  "/etc/apt/auth.conf.d/private.conf",
  "/etc/apk/keys/own.rsa",
  "/etc/pki/entitlement/1.pem",
  "/etc/yum/vars/token",
  "/root/.bash_history",
  "/root/.netrc",
  "/root/.config/gh/hosts.yml",
  "/home/user/.ash_history",
  "/home/user/.netrc",
  "/home/user/.ssh/id_ed25519",
  "/run/secrets/token",
  "/var/log/dnf.log",
  "/var/log/apt/history.log",
  "/var/lib/dpkg/status",
  "/var/lib/dpkg/info/tool.postinst",
  "/var/lib/apt/extended_states",
  "/var/lib/dnf/history.sqlite",
  "/var/lib/rpm/Packages.db",
  "/usr/lib/sysimage/rpm/rpmdb.sqlite",
  "/usr/lib/sysimage/libdnf5/packages.toml",
  "/usr/share/rpm/Packages",
  "/lib/apk/db/installed",
  "/usr/lib/apk/db/scripts.tar",
  "/var/cache/dnf/x.solv",
  "/var/cache/libdnf5/x.solv",
  "/var/cache/apk/APKINDEX.1.tar.gz",
  "/var/cache/apt/pkgcache.bin",
];

const root = `
//- /usr/bin/tool 0755 elf=x86_64 static
${files.join("\n")}
//- /bin/sh 0755 elf=x86_64 static
//- /usr/bin/script 0755
#!/bin/sh
${files.map((file) => `cat ${file}`).join("\n")}
//- /bin/cat 0755 elf=x86_64 static
${files.map((file) => `//- ${file}\nx`).join("\n")}
`;

describe("what is private to a machine", () => {
  it("never ships because a program or a script names it", async () => {
    const { entries, diagnostics } = await closureOf({
      root,
      roots: [binary("/usr/bin/tool"), binary("/usr/bin/script", { index: 1 })],
      plugins: allPlugins(),
    });
    const paths = new Set<string>(entries.map(({ path }) => path));
    expect(paths.has("/bin/cat")).toBe(true);
    expect(files.filter((file) => paths.has(file))).toEqual([]);
    const told = diagnostics.map(({ message }) => message).join("\n");
    expect(told).toContain("/etc/machine-id");
    expect(told).not.toContain("/etc/hostname");
  });

  it("never ships in a tree that a pattern of the spec takes", async () => {
    const roots = ["/etc/**", "/root/**", "/home/**", "/run/**", "/var/**", "/usr/lib/**", "/usr/share/**", "/lib/**"];
    const { entries } = await closureOf({
      root,
      roots: roots.map((path, index) => ({
        kind: "include",
        pointer: `/closure/include/${String(index)}`,
        view: "main",
        path,
      })),
      plugins: allPlugins(),
    });
    const paths = new Set<string>(entries.map(({ path }) => path));
    expect(files.filter((file) => paths.has(file))).toEqual([]);
  });
});

describe("what is told of private files", () => {
  const told = `
//- /usr/bin/tool 0755 elf=x86_64 needed=libpam.so.0
/etc/tool/empty.json
/etc/tool/key.json
/var/lib/dpkg/status
/var/lib/dpkg/info/tool.list
//- /usr/lib/x86_64-linux-gnu/libpam.so.0 elf=x86_64 soname=libpam.so.0
/usr/sbin/checker
//- /usr/sbin/checker 04755 elf=x86_64 static
//- /usr/bin/changer 04755 elf=x86_64 static
//- /usr/bin/other 02755 elf=x86_64 static
//- /etc/tool/empty.json 0600
//- /etc/tool/key.json 0600
secret
//- /var/lib/dpkg/status
Package: tool
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
`;

  it("holds for files with something in them, and once for all records of a package manager", async () => {
    const { entries, diagnostics } = await closureOf({
      root: told,
      roots: [binary("tool"), binary("changer"), binary("other")],
    });
    expect(entries.map(({ path }) => path)).toContain("/etc/tool/empty.json");
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toMatchInlineSnapshot(`
      [
        "FILE_SETUID_STRIPPED: cannot keep the setuid or setgid bit of /usr/bin/changer, /usr/bin/other: no file of an image has one",
        "FILE_PRIVATE: cannot ship 1 file that it names: private files need a line of the spec: /etc/tool/key.json; asked for by /usr/bin/tool",
      ]
    `);
  });

  it("says how a program that acts as a group works without its bit, and is content when the spec does so", async () => {
    const root = `
//- /usr/sbin/drop 02555 elf=x86_64 static owner=0:102
//- /usr/sbin/queue 02555 elf=x86_64 static owner=0:102
//- /etc/group
root:x:0:
maildrop:x:102:
`;
    const hintsOf = async (user: string, members: readonly string[] = []) => {
      const groups = members.length === 0 ? [] : [{ name: "maildrop", gid: 102, members }];
      const roots = [binary("drop"), binary("queue", { index: 1 })];
      const { diagnostics } = await closureOf({ root, roots, process: { user }, accounts: { users: [], groups } });
      return diagnostics.flatMap(({ hint }) => hint ?? []);
    };
    expect(await hintsOf("nonroot")).toEqual([
      "make who runs them a member: `accounts: {groups: [{name: maildrop, gid: 102, members: [nonroot]}]}`",
    ]);
    expect(await hintsOf("root")).toEqual([
      "make who runs them a member: `accounts: {groups: [{name: maildrop, gid: 102, members: [USER]}]}`",
    ]);
    expect(await hintsOf("root", ["nonroot"])).toEqual([]);
  });

  it("holds for no file that a package brought, as its list has the sum", async () => {
    const sum = createHash("md5").update("help\n").digest("hex");
    const root = `
//- /bin/sh 0755 elf=x86_64 static
//- /usr/bin/script 0755
#!/bin/sh
/usr/lib/tool/helper
/usr/lib/tool/changed
//- /usr/lib/tool/helper 04750
help
//- /usr/lib/tool/changed 04750
another
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/tool.list
/usr/lib/tool/changed
/usr/lib/tool/helper
//- /var/lib/dpkg/info/tool.md5sums
${sum}  usr/lib/tool/changed
${sum}  usr/lib/tool/helper
`;
    const { entries, diagnostics } = await closureOf({ root, roots: [binary("script")], plugins: allPlugins() });
    expect(entries.map(({ path }) => path)).toContain("/usr/lib/tool/helper");
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n")).toMatchInlineSnapshot(`
      "FILE_SETUID_STRIPPED: cannot keep the setuid or setgid bit of /usr/lib/tool/helper: no file of an image has one; asked for by /usr/bin/script
      PROGRAM_NOT_EXECUTABLE: cannot run /usr/lib/tool/helper: it is neither an ELF file nor a script that starts with "#!"; asked for by /usr/bin/script
      REACHES_OUTSIDE: cannot ship /usr/lib/tool/changed: /usr/bin/script runs /usr/lib/tool/changed (line 3), and only the spec may bring a private file of the builder"
    `);
  });
});
