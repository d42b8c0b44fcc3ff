import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openDirectory } from "../../../../src/adapters/directory/open-directory.ts";
import { openView } from "../../../../src/closure/model/view.ts";
import { resolveClosure } from "../../../../src/closure/walk/resolve.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, openCase } from "../../../support/closure.ts";
import { writeElf } from "../../../support/elf-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-fifos-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything that is read whatever the spec says, or that a program of this kind has read for it. */
const fifos = [
  "/etc/group",
  "/etc/host.conf",
  "/etc/ld-musl-x86_64.path",
  "/etc/ld.so.cache",
  "/etc/ld.so.preload",
  "/etc/localtime",
  "/etc/nsswitch.conf",
  "/etc/passwd",
  "/etc/ssl/cert.pem",
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/ssl/openssl.cnf",
  "/lib/apk/db/installed",
  "/usr/lib/locale/locale-archive",
  "/usr/lib/os-release",
  "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache",
  "/usr/share/zoneinfo/Europe/Paris",
  "/var/lib/dpkg/diversions",
  "/var/lib/dpkg/status",
  "/var/lib/rpm/Packages.db",
];

it("nothing waits for a fifo in the place of a file that is read", async () => {
  const put = (path: string, content: string | Uint8Array): void => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    chmodSync(join(folder, path), 0o755);
  };
  const program = {
    machine: "x86_64",
    imports: ["getaddrinfo", "setlocale", "iconv_open", "getpwnam", "localtime"],
  } as const;
  put("/lib64/ld-linux-x86-64.so.2", writeElf({ machine: "x86_64", strings: ["/lib/", "/usr/lib/"] }));
  put("/usr/lib/libssl.so.3", writeElf({ machine: "x86_64", soname: "libssl.so.3" }));
  put("/usr/bin/tool", writeElf({ ...program, loader: "/lib64/ld-linux-x86-64.so.2", needed: ["libssl.so.3"] }));
  put("/lib/ld-musl-x86_64.so.1", writeElf({ machine: "x86_64" }));
  put("/usr/bin/other", writeElf({ ...program, loader: "/lib/ld-musl-x86_64.so.1", needed: [] }));
  put("/usr/bin/script", "#!/nowhere\n");
  for (const path of fifos) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    execFileSync("mkfifo", [join(folder, path)]);
  }
  const { request } = openCase({
    root: "",
    roots: [binary("/usr/bin/tool"), binary("/usr/bin/other", { index: 1 }), binary("/usr/bin/script", { index: 2 })],
    system: {
      certificates: "auto",
      timezone: ["Europe/Paris"],
      locales: ["C.UTF-8", "fr_FR.UTF-8"],
      nss: ["files", "dns"],
      tmp: true,
    },
    metadata: { packageDb: "auto" },
  });
  const source = {
    id: "builder:main",
    prefix: toAbsPath("/"),
    kind: "builder",
    root: openDirectory(folder),
  } as const;
  const views = new Map(request.views.map((view) => [view.name, openView(view, [source])]));
  const { diagnostics } = await resolveClosure(request, views, allPlugins());
  expect(diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`)).toMatchInlineSnapshot(`
    [
      "error TIMEZONE_MISSING cannot add the time zone Europe/Paris: the builder has no /usr/share/zoneinfo/Europe/Paris",
      "error PROGRAM_MISSING cannot find /nowhere: not in the builder; asked for by /usr/bin/script",
      "warning PACKAGE_DB_DAMAGED cannot read all of the package database /lib/apk/db/installed: it is a fifo, not a file",
      "warning PACKAGE_DB_DAMAGED cannot read all of the package database /var/lib/dpkg/status: it is a fifo, not a file",
      "warning PACKAGE_DB_DAMAGED cannot read all of the package database /var/lib/rpm/Packages.db: it is a fifo, not a file",
      "error FILE_NOT_REGULAR cannot ship /etc/ld.so.preload: it is a fifo; asked for by /usr/bin/tool",
      "error FILE_NOT_REGULAR cannot ship /usr/lib/locale/locale-archive: it is a fifo",
    ]
  `);
});
