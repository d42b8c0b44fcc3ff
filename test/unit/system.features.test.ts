import { expect, it } from "vitest";
import { dpkg } from "../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../src/rootfs/rootfs.ts";
import { node } from "../../src/runtimes/node/node.ts";
import { features } from "../../src/system/features.gen.ts";
import { bare, binary, type ClosureCase, closureOf, dumpOf } from "../support/closure.ts";

const debian = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/lib/libssl.so.3 elf=x86_64
//- /usr/lib/libnss_sss.so.2 elf=x86_64
//- /usr/bin/tool 0755 elf=x86_64 loader needed=libc.so.6,libssl.so.3 imports=setlocale
//- /etc/passwd
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
broken line
nginx:x:99:98::/nowhere:/bin/false
nginx:x:100:100:second:/:/bin/sh
//- /etc/group
root:x:0:
daemon:x:1:
www-data:x:33:nginx,ghost
web:x:98:nginx
//- /etc/shadow
root:*:1
//- /etc/os-release -> ../usr/lib/os-release
//- /usr/lib/os-release
ID=debian
//- /etc/ssl/certs/ca-certificates.crt
-----BEGIN CERTIFICATE-----
//- /usr/lib/ssl/certs -> /etc/ssl/certs
//- /usr/lib/ssl/cert.pem -> /etc/ssl/certs/ca-certificates.crt
//- /usr/share/zoneinfo/Europe/Paris
//- /usr/share/zoneinfo/America/Lima
TZif2
//- /usr/share/zoneinfo/right/Europe/Paris
TZif2
//- /usr/lib/locale/C.utf8/LC_CTYPE
//- /usr/lib/locale/de_DE.utf8/LC_CTYPE
//- /etc/tool.conf
user www-data;
`;

const input: ClosureCase = {
  root: debian,
  roots: [binary("tool")],
  plugins: { features },
  system: { certificates: "auto", locales: ["C.UTF-8"], nss: ["files", "dns"], tmp: true },
};

async function contentsOf(one: ClosureCase): Promise<Readonly<Record<string, unknown>>> {
  const { entries } = await closureOf(one);
  return Object.fromEntries(entries.flatMap(({ path, content }) => (content === undefined ? [] : [[path, content]])));
}

it("adds what programs expect of a system", async () => {
  expect(await dumpOf(input)).toMatchInlineSnapshot(`
    "
    /etc  directory 755  system  /etc/group lies in it
    /etc/group  file 644  made  system  spec /image/accounts lists users and groups in it
    /etc/nsswitch.conf  file 644  made  system  spec /system/nss names the name services
    /etc/os-release  symlink -> ../usr/lib/os-release  system  spec /system tells which distribution the files are of
    /etc/passwd  file 644  made  system  spec /image/accounts lists users and groups in it
    /etc/ssl  directory 755  system  /etc/ssl/certs lies in it
    /etc/ssl/certs  directory 755  system  /usr/lib/ssl/certs links to it
    /etc/ssl/certs/ca-certificates.crt  file 644  system  spec /system/certificates trusts the certificate authorities in it
    /home  directory 755  system  /home/nonroot lies in it
    /home/nonroot  directory 755  65532:65532  system  spec /image/accounts is the home of nonroot
    /lib64  directory 755  system  /lib64/ld-linux-x86-64.so.2 lies in it
    /lib64/ld-linux-x86-64.so.2  file 755  system  /usr/bin/tool is loaded by /lib64/ld-linux-x86-64.so.2
    /tmp  directory 1777  system  spec /system/tmp has a place for temporary files
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  system  /usr/bin/tool lies in it
    /usr/bin/tool  file 755  system  spec /binaries/0 names /usr/bin/tool
    /usr/lib  directory 755  system  /usr/lib/os-release lies in it
    /usr/lib/libc.so.6  file 644  system  /usr/bin/tool needs libc.so.6
    /usr/lib/libssl.so.3  file 644  system  /usr/bin/tool needs libssl.so.3
    /usr/lib/locale  directory 755  system  /usr/lib/locale/C.utf8 lies in it
    /usr/lib/locale/C.utf8  directory 755  system  spec /system/locales asks for the locale C.UTF-8
    /usr/lib/locale/C.utf8/LC_CTYPE  file 644  system  spec /system/locales asks for the locale C.UTF-8
    /usr/lib/os-release  file 644  system  spec /system tells which distribution the files are of
    /usr/lib/ssl  directory 755  system  /usr/lib/ssl/cert.pem lies in it
    /usr/lib/ssl/cert.pem  symlink -> /etc/ssl/certs/ca-certificates.crt  system  spec /system/certificates trusts the certificate authorities in it
    /usr/lib/ssl/certs  symlink -> /etc/ssl/certs  system  spec /system/certificates trusts the certificate authorities in it
    "
  `);
  expect(await contentsOf(input)).toMatchInlineSnapshot(`
    {
      "/etc/group": {
        "text": "root:x:0:
    nonroot:x:65532:
    nogroup:x:65534:
    ",
      },
      "/etc/nsswitch.conf": {
        "text": "passwd: files
    group: files
    hosts: files dns
    networks: files
    protocols: files
    services: files
    ",
      },
      "/etc/passwd": {
        "text": "root:x:0:0:root:/root:/sbin/nologin
    nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
    nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
    ",
      },
    }
  `);
});

it("names the users that the image uses", async () => {
  const roots = [
    ...input.roots,
    { kind: "include" as const, pointer: "/closure/include/0", view: "main", path: "/etc/tool.conf" },
  ];
  const accounts = {
    users: [{ name: "me", uid: 1000 }],
    groups: [{ name: "us", gid: 2000, members: ["me", "nobody-else"] }],
  };
  const { system: _, ...rest } = input;
  expect(await contentsOf({ ...rest, roots, accounts, process: { user: "nginx" } })).toMatchInlineSnapshot(`
    {
      "/etc/group": {
        "text": "root:x:0:
    www-data:x:33:nginx
    web:x:98:nginx
    me:x:1000:
    us:x:2000:me
    nonroot:x:65532:
    nogroup:x:65534:
    ",
      },
      "/etc/passwd": {
        "text": "root:x:0:0:root:/root:/sbin/nologin
    www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
    nginx:x:99:98::/nowhere:/bin/false
    me:x:1000:1000:me:/nonexistent:/sbin/nologin
    nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
    nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
    ",
      },
    }
  `);
});

it("takes zones, locales, services and certificates by name", async () => {
  const dump = await dumpOf({
    ...input,
    trees: [{ id: "context", prefix: "/", kind: "extra", tree: "//- /own.pem\n-----BEGIN CERTIFICATE-----\nown\n" }],
    views: { context: ["context"] },
    system: {
      certificates: ["own.pem", "none.pem"],
      timezone: ["Europe/Paris"],
      locales: ["de_DE.UTF-8", "fr_FR.UTF-8", "POSIX"],
      nss: ["files", "sss", "winbind"],
    },
  });
  expect(dump).toMatchInlineSnapshot(`
    "
    /etc  directory 755  system  /etc/group lies in it
    /etc/group  file 644  made  system  spec /image/accounts lists users and groups in it
    /etc/localtime  symlink -> ../usr/share/zoneinfo/Europe/Paris  system  spec /system/timezone asks for the time zone Europe/Paris
    /etc/nsswitch.conf  file 644  made  system  spec /system/nss names the name services
    /etc/os-release  symlink -> ../usr/lib/os-release  system  spec /system tells which distribution the files are of
    /etc/passwd  file 644  made  system  spec /image/accounts lists users and groups in it
    /etc/ssl  directory 755  system  /etc/ssl/certs lies in it
    /etc/ssl/certs  directory 755  system  /usr/lib/ssl/certs links to it
    /etc/ssl/certs/ca-certificates.crt  file 644  made  system  spec /system/certificates trusts the certificate authorities in it
    /lib64  directory 755  system  /lib64/ld-linux-x86-64.so.2 lies in it
    /lib64/ld-linux-x86-64.so.2  file 755  system  /usr/bin/tool is loaded by /lib64/ld-linux-x86-64.so.2
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  system  /usr/bin/tool lies in it
    /usr/bin/tool  file 755  system  spec /binaries/0 names /usr/bin/tool
    /usr/lib  directory 755  system  /usr/lib/libnss_sss.so.2 lies in it
    /usr/lib/libc.so.6  file 644  system  /usr/bin/tool needs libc.so.6
    /usr/lib/libnss_sss.so.2  file 644  system  spec /system/nss names the name service sss
    /usr/lib/libssl.so.3  file 644  system  /usr/bin/tool needs libssl.so.3
    /usr/lib/locale  directory 755  system  /usr/lib/locale/de_DE.utf8 lies in it
    /usr/lib/locale/de_DE.utf8  directory 755  system  spec /system/locales asks for the locale de_DE.UTF-8
    /usr/lib/locale/de_DE.utf8/LC_CTYPE  file 644  system  spec /system/locales asks for the locale de_DE.UTF-8
    /usr/lib/os-release  file 644  system  spec /system tells which distribution the files are of
    /usr/lib/ssl  directory 755  system  /usr/lib/ssl/cert.pem lies in it
    /usr/lib/ssl/cert.pem  symlink -> /etc/ssl/certs/ca-certificates.crt  system  spec /system/certificates trusts the certificate authorities in it
    /usr/lib/ssl/certs  symlink -> /etc/ssl/certs  system  spec /system/certificates trusts the certificate authorities in it
    /usr/share  directory 755  system  /usr/share/zoneinfo lies in it
    /usr/share/zoneinfo  directory 755  system  /usr/share/zoneinfo/Europe lies in it
    /usr/share/zoneinfo/Europe  directory 755  system  /usr/share/zoneinfo/Europe/Paris lies in it
    /usr/share/zoneinfo/Europe/Paris  file 644  system  spec /system/timezone asks for the time zone Europe/Paris
    error CERTIFICATES_MISSING /system/certificates: cannot add the certificates of none.pem: no PEM file of that name in the build context (name a PEM file relative to the build context)
    error LOCALE_MISSING /system/locales: cannot add the locale fr_FR.UTF-8: the builder has neither /usr/lib/locale/fr_FR.utf8 nor a locale archive (add locales-all to the builder's \`packages\`, or run localedef in \`build\`)
    error NSS_SERVICE_MISSING /system/nss: cannot add the name service winbind: the builder has no libnss_winbind.so.2 (add the package that has it to the builder's \`packages\`, or remove it from system.nss)
    "
  `);
});

it("makes the bundle of certificates where the package was only unpacked", async () => {
  const root = `
//- /bin/true 0755 elf=x86_64 static
//- /usr/share/ca-certificates/mozilla/B.crt
-----BEGIN CERTIFICATE-----b
//- /usr/share/ca-certificates/mozilla/A.crt
-----BEGIN CERTIFICATE-----a
//- /usr/share/ca-certificates/mozilla/notes.txt
no certificate
`;
  const contents = await contentsOf({
    root,
    roots: [binary("true")],
    plugins: { features },
    system: { certificates: true },
  });
  expect(contents["/etc/ssl/certs/ca-certificates.crt"]).toEqual({
    text: "-----BEGIN CERTIFICATE-----a\n-----BEGIN CERTIFICATE-----b\n",
  });
});

it("takes all zones, and tells what is absent", async () => {
  const dump = await dumpOf({ ...input, system: { timezone: "all" } });
  expect(dump.split("\n").filter((line) => line.includes("zone"))).toMatchInlineSnapshot(`
    [
      "/usr/share  directory 755  system  /usr/share/zoneinfo lies in it",
      "/usr/share/zoneinfo  directory 755  system  spec /system/timezone asks for all time zones",
      "/usr/share/zoneinfo/America  directory 755  system  spec /system/timezone asks for all time zones",
      "/usr/share/zoneinfo/America/Lima  file 644  system  spec /system/timezone asks for all time zones",
      "/usr/share/zoneinfo/Europe  directory 755  system  spec /system/timezone asks for all time zones",
      "/usr/share/zoneinfo/Europe/Paris  file 644  system  spec /system/timezone asks for all time zones",
    ]
  `);
  const bad = await dumpOf({
    root: "//- /bin/true 0755 elf=x86_64 static",
    roots: [binary("true")],
    plugins: { features },
    system: { certificates: true, timezone: ["Europe/Pariss", "../../etc/passwd"] },
  });
  expect(bad).toMatchInlineSnapshot(`
    "
    /bin  directory 755  system  /bin/true lies in it
    /bin/true  file 755  system  spec /binaries/0 names /bin/true
    /etc  directory 755  system  /etc/group lies in it
    /etc/group  file 644  made  system  spec /image/accounts lists users and groups in it
    /etc/passwd  file 644  made  system  spec /image/accounts lists users and groups in it
    error CERTIFICATES_MISSING /system/certificates: cannot add certificates: the builder has no bundle of certificate authorities (add ca-certificates to the builder's \`packages\`)
    error TIMEZONE_MISSING /system/timezone: cannot add the time zone ../../etc/passwd: the builder has no /usr/etc/passwd (correct the name, or add tzdata to the builder's \`packages\`)
    error TIMEZONE_MISSING /system/timezone: cannot add the time zone Europe/Pariss: the builder has no /usr/share/zoneinfo/Europe/Pariss (correct the name, or add tzdata to the builder's \`packages\`)
    "
  `);
});

it("writes the loader's cache where it is needed", async () => {
  const openProcess: typeof bare.openProcess = async (options) => ({
    ...(await bare.openProcess(options)),
    usesCache: () => true,
    cacheEntries: () => [{ name: "libssl.so.3", path: toAbsPath("/opt/lib/libssl.so.3"), flags: 0x303 }],
  });
  const contents = await contentsOf({ ...input, system: {}, plugins: { features, openProcess } });
  expect(Object.keys(contents)).toEqual(["/etc/group", "/etc/ld.so.cache", "/etc/passwd"]);
});

it("lists the accounts that the scripts of a package and its sysusers.d name", async () => {
  const root = `${debian}
//- /etc/passwd
root:x:0:0:root:/root:/bin/bash
own:x:101:101::/nowhere:/bin/false
fromfile:x:102:102::/nowhere:/bin/false
other:x:103:103::/nowhere:/bin/false
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
/usr/lib/sysusers.d/tool.conf
//- /var/lib/dpkg/info/tool.postinst
# other
adduser --system own
//- /usr/lib/sysusers.d/tool.conf
u fromfile - "a user"
`;
  const contents = await contentsOf({ ...input, root, plugins: { features, packages: [dpkg] } });
  expect(contents["/etc/passwd"]).toMatchInlineSnapshot(`
    {
      "text": "root:x:0:0:root:/root:/sbin/nologin
    own:x:101:101::/nowhere:/bin/false
    fromfile:x:102:102::/nowhere:/bin/false
    nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
    nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
    ",
    }
  `);
});

it("says that accounts have no password to who asks for a shadow file that does not ship", async () => {
  const root = `${debian}
//- /usr/bin/timer 0755 elf=x86_64 imports=getspnam
`;
  const roots = [binary("/usr/bin/timer")];
  const contents = await contentsOf({ ...input, root, roots, plugins: { features } });
  expect(JSON.stringify(contents["/etc/passwd"])).toContain("root:*:0:0:");
});

it("makes the directories that tmpfiles.d of a package makes when a system starts", async () => {
  const root = `${debian}
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
/usr/lib/tmpfiles.d/tool.conf
//- /usr/lib/tmpfiles.d/tool.conf
# a comment
d /run/tool 0775 www-data daemon -
D! /run/tool/own
d /run/there 0700 root root
d /run/%u 0755
d /run/ghost 0755 ghost ghost
d /tmp/.own 1777
f /run/file 0644 root root
//- /run/there/ 0711
`;
  const { entries } = await closureOf({ ...input, root, plugins: { features, packages: [dpkg] } });
  const made = entries.filter(({ path }) => path.startsWith("/run/"));
  expect(made.map(({ path, mode, uid, gid }) => `${path} ${mode.toString(8)} ${uid} ${gid}`)).toEqual([
    "/run/there 711 0 0",
    "/run/tool 775 33 1",
    "/run/tool/own 755 0 0",
  ]);
});

it("takes links of a package to empty directories that lie beside what ships", async () => {
  const root = `${debian}
//- /var/lib/dpkg/status
Package: board
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/board.list
/usr/share/board
/usr/share/board/page
/usr/share/board/sites
/usr/share/board/full
/usr/share/board/gone
//- /usr/share/board/page
x
//- /usr/share/board/sites -> /var/lib/board/sites
//- /usr/share/board/full -> /etc/board
//- /usr/share/board/gone -> /var/lib/gone
//- /usr/share/board/strange -> /var/lib/board/sites
//- /usr/share/other/sites -> /var/lib/board/sites
//- /var/lib/board/sites/ 0770 owner=33:33
//- /etc/board/settings
x
`;
  const page = { kind: "include", pointer: "/closure/include/0", view: "main", path: "/usr/share/board/page" } as const;
  const roots = [binary("/usr/bin/tool"), page];
  const process = { prune: "reachable" } as const;
  const { entries } = await closureOf({ ...input, root, roots, process, plugins: { features, packages: [dpkg] } });
  const linked = entries.filter(({ path }) => /board|other|gone/u.test(path));
  expect(linked.map(({ path, mode, uid }) => `${path} ${mode.toString(8)} ${uid}`)).toEqual([
    "/usr/share/board 755 0",
    "/usr/share/board/page 644 0",
    "/usr/share/board/sites 777 0",
    "/var/lib/board 755 0",
    "/var/lib/board/sites 770 33",
  ]);
});

const authored = `${debian}
//- /usr/lib/x86_64-linux-gnu/gconv/gconv-modules
alias CSKOI8R// KOI8-R//
module INTERNAL KOI8-R// KOI8-R 1
module KOI8-R// INTERNAL KOI8-R 1
module SJIS// INTERNAL SJIS 1
//- /usr/lib/x86_64-linux-gnu/gconv/KOI8-R.so elf=x86_64
//- /usr/lib/x86_64-linux-gnu/gconv/SJIS.so elf=x86_64
//- /usr/lib/libnss_own.so.2 elf=x86_64
//- /etc/nsswitch.conf
# passwd: winbind
passwd: files own [NOTFOUND=return] sss missing
hosts: files dns
//- /usr/bin/convert 0755 elf=x86_64 loader needed=libc.so.6 imports=setlocale,iconv_open
//- /srv/own.conf
from = koi8-r
to = sjis
LC_ALL=de_DE.UTF-8
export TZ=Europe/Paris
at("America/Lima"), docs/Asia/Tokyo
`;

it("takes encodings, locales, zones and name services that the author's own texts name", async () => {
  const closure = await closureOf({
    ...input,
    root: authored,
    roots: [
      binary("convert"),
      ...["/srv/own.conf", "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules"].map((path, index) => ({
        kind: "include" as const,
        pointer: `/closure/include/${index}`,
        view: "main",
        path,
      })),
    ],
  });
  const named = closure.entries.filter(({ reason }) => reason.evidence === "string");
  expect(named.map(({ path, reason }) => `${path}: ${reason.why}`)).toMatchInlineSnapshot(`
    [
      "/usr/lib/libnss_own.so.2: is the name service own of the builder",
      "/usr/lib/libnss_sss.so.2: is the name service sss of the builder",
      "/usr/lib/locale/de_DE.utf8: /srv/own.conf names the locale de_DE.UTF-8",
      "/usr/lib/locale/de_DE.utf8/LC_CTYPE: /srv/own.conf names the locale de_DE.UTF-8",
      "/usr/lib/x86_64-linux-gnu/gconv/KOI8-R.so: /srv/own.conf names koi8-r, which iconv opens it for",
      "/usr/share/zoneinfo/America/Lima: /srv/own.conf names the time zone America/Lima",
      "/usr/share/zoneinfo/Europe/Paris: /srv/own.conf names the time zone Europe/Paris",
    ]
  `);
  const nsswitch = closure.entries.find(({ path }) => path === "/etc/nsswitch.conf");
  expect(nsswitch?.content).toMatchInlineSnapshot(`
    {
      "text": "passwd: files own sss
    group: files own sss
    hosts: files dns own sss
    networks: files
    protocols: files
    services: files
    ",
    }
  `);
});

it.each(["safe", "reachable"] as const)("takes encodings that what converts names, at %s", async (prune) => {
  const root = `${debian}
//- /usr/lib/x86_64-linux-gnu/gconv/gconv-modules
module KOI8-R// INTERNAL KOI8-R 1
module SJIS// INTERNAL SJIS 1
alias SHIFT_JIS// SJIS//
module EUC-JP// INTERNAL EUC-JP 1
//- /usr/lib/x86_64-linux-gnu/gconv/KOI8-R.so elf=x86_64
//- /usr/lib/x86_64-linux-gnu/gconv/SJIS.so elf=x86_64
//- /usr/lib/x86_64-linux-gnu/gconv/EUC-JP.so elf=x86_64
//- /usr/bin/convert 0755 elf=x86_64 loader needed=libc.so.6 imports=iconv_open
Shift_JIS//TRANSLIT
cannot convert EUC-JP
koi8-r
`;
  const path = "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules";
  const table = { kind: "include", pointer: "/closure/include/0", view: "main", path } as const;
  const { entries } = await closureOf({ ...input, root, roots: [binary("convert"), table], process: { prune } });
  const names = entries.flatMap((one) => /\/gconv\/([\w-]+\.so)$/u.exec(one.path)?.[1] ?? []);
  expect(names).toEqual(["KOI8-R.so", "SJIS.so"]);
});

it.each([
  ["Europe/Paris", "none", ["America/Lima", "Europe/Paris"]],
  [":Europe/Paris", "none", ["America/Lima", "Europe/Paris"]],
  ["UTC", "none", []],
  ["CET-1CEST", "none", ["America/Lima", "Europe/Paris"]],
  ["Europe/Paris", ["America/Lima"], ["America/Lima", "Europe/Paris"]],
] as const)("takes all zones for TZ=%s, which a run may change, with timezone: %s", async (zone, timezone, zones) => {
  const { entries } = await closureOf({
    ...input,
    process: { env: { TZ: zone } },
    system: { timezone: typeof timezone === "string" ? timezone : [...timezone] },
  });
  const found = entries.flatMap(({ path }) => /^\/usr\/share\/zoneinfo\/(.*\/.*)$/u.exec(path)?.[1] ?? []);
  expect(found).toEqual(zones);
});

it.each([
  ["named", `ENV["TZ"] = "America/Lima"`, ["/usr/share/zoneinfo/America/Lima"]],
  ["for a process", `spawn({ "TZ" => "Europe/Paris" }, "date")`, ["/usr/share/zoneinfo/Europe/Paris"]],
  ["told by the run", `ENV["TZ"] = zone`, ["/usr/share/zoneinfo/America/Lima", "/usr/share/zoneinfo/Europe/Paris"]],
  ["read", `zone = ENV.fetch("TZ", "Europe/Paris")`, []],
  ["a constant", `TZ = find("Europe/Paris")`, []],
  ["of a dependency", "", []],
])("adds the time zone that an application sets: %s", async (_, source, zones) => {
  const root = `${debian}
//- /usr/bin/ruby 0755 elf=x86_64 static
//- /app/main.rb
${source}
//- /app/vendor/other.rb
ENV["TZ"] = zone
`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.rb"] },
    plugins: { features },
    system: { timezone: "none" },
  });
  const found = entries.filter(({ path, kind }) => kind === "file" && path.includes("zoneinfo"));
  expect(found.map(({ path }) => path)).toEqual(zones);
});

it.each([
  ["sets TZ", "/usr/local/bin/clock", "setenv,tzset", 2],
  ["looks up zones", "/usr/local/bin/clock", "_ZNSt6chrono11locate_zoneESt17basic_string_view", 2],
  ["reads the time", "/usr/local/bin/clock", "setenv,localtime", 0],
  ["is of a package", "/usr/bin/clock", "setenv,tzset", 0],
])("adds all zones for a program of the author that %s", async (_, path, imports, count) => {
  const { entries } = await closureOf({
    ...input,
    root: `${debian}\n//- ${path} 0755 elf=x86_64 loader needed=libc.so.6 imports=${imports}\n`,
    roots: [{ kind: "binary", pointer: "/binaries/0", view: "main", path }],
  });
  expect(entries.filter(({ path, kind }) => kind === "file" && path.includes("zoneinfo"))).toHaveLength(count);
});

it("adds no zones for a run-time of no package: its sources tell", async () => {
  const { entries } = await closureOf({
    root: `${debian}\n//- /usr/local/bin/node 0755 elf=x86_64 loader needed=libc.so.6 imports=setenv,tzset\n//- /app/main.js\n1\n`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/local/bin/node" }],
    process: { workdir: toAbsPath("/app"), cmd: ["main.js"] },
    plugins: { features, runtimes: [node] },
    system: { timezone: "none" },
  });
  expect(entries.filter(({ path }) => path.includes("zoneinfo"))).toEqual([]);
});

it("adds locales that the builder's author made where a package's sources, which the command line names, set one", async () => {
  const root = `${debian.replaceAll(/^.*(?:C|de_DE)\.utf8.*\n/gmu, "")}
//- /usr/lib/locale/locale-archive
x
//- /usr/bin/php 0755 elf=x86_64 loader imports=setlocale
//- /usr/share/wiki/index.php
<?php setlocale(LC_ALL, $language);
//- /var/lib/dpkg/status
Package: wiki
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/wiki.list
/usr/share/wiki
/usr/share/wiki/index.php
`;
  const locales = async (cmd: readonly string[]): Promise<readonly string[]> => {
    const { entries } = await closureOf({
      root,
      roots: [
        { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" },
        { kind: "include", pointer: "/closure/include/0", view: "main", path: "/usr/share/wiki/**" },
      ],
      process: { cmd },
      plugins: { features, packages: [dpkg] },
      system: { locales: [] },
    });
    return entries.filter(({ path, kind }) => kind === "file" && path.includes("/locale/")).map(({ path }) => path);
  };
  expect(await locales(["-S", "0.0.0.0:80", "-t", "/usr/share/wiki"])).toEqual(["/usr/lib/locale/locale-archive"]);
  expect(await locales(["-S", "0.0.0.0:80"])).toEqual([]);
});

it.each([
  ["named", 'setlocale(LC_ALL, "de_DE.UTF-8");', ["/usr/lib/locale/de_DE.utf8/LC_CTYPE"]],
  ["told by the run", "setlocale(LC_ALL, $name);", ["/usr/lib/locale/de_DE.utf8/LC_CTYPE"]],
  ["that of its environment", 'setlocale(LC_ALL, "");', []],
  ["by language and country", 'names = {"de": "de_DE"}', ["/usr/lib/locale/de_DE.utf8/LC_CTYPE"]],
  ["of another country", 'names = {"de": "de_AT"}', []],
  ["for a calendar", "with calendar.different_locale((code, 'UTF-8')):", ["/usr/lib/locale/de_DE.utf8/LC_CTYPE"]],
])("adds the locale that an application sets: %s", async (_, source, locales) => {
  const root = `${debian}
//- /usr/bin/perl 0755 elf=x86_64 loader imports=setlocale
//- /app/main.pl
${source}
`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/perl" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.pl"] },
    plugins: { features },
    system: { locales: [] },
  });
  const found = entries.filter(({ path, kind }) => kind === "file" && path.includes("/locale/"));
  expect(found.map(({ path }) => path)).toEqual(locales);
});

it.each([
  ["named", "$a !== '' ? 1 : iconv('UTF-8', 'koi8-r', $text);", ["KOI8-R"]],
  ["told by the run", "iconv($from, 'UTF-8', $text);", ["KOI8-R", "SJIS"]],
  ["converted by none", "mb_convert_encoding($text, 'KOI8-R');", []],
])("adds the encodings that an application has iconv convert: %s", async (_, source, names) => {
  const { entries } = await closureOf({
    ...input,
    root: `${authored}\n//- /usr/bin/php 0755 elf=x86_64 loader imports=iconv_open\n//- /app/main.php\n<?php ${source}\n`,
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" },
      {
        kind: "include",
        pointer: "/closure/include/0",
        view: "main",
        path: "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules",
      },
    ],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.php"] },
  });
  const found = entries.filter(({ path }) => /gconv\/.*\.so$/u.test(path)).map(({ path }) => path);
  expect(found).toEqual(names.map((name) => `/usr/lib/x86_64-linux-gnu/gconv/${name}.so`));
});

it("brings the homes of the image's own user and of people, empty, as the builder has them", async () => {
  const root = `${debian.replace("root:x:0:0:root:/root:/bin/bash", "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/home/gone:/bin/sh")}
//- /home/ann/ 0750 owner=1000:1000
//- /home/ann/.token
//- /root/ 0700
//- /root/.npmrc
`;
  const homesOf = async (user: string): Promise<readonly string[]> =>
    (await dumpOf({ ...input, root, process: { user } })).split("\n").filter((line) => line.includes("is the home of"));
  expect(await homesOf("root")).toMatchInlineSnapshot(`
    [
      "/home/ann  directory 750  1000:1000  system  spec /image/accounts is the home of ann",
      "/root  directory 700  system  spec /image/accounts is the home of root",
    ]
  `);
  expect(await homesOf("nonroot")).toMatchInlineSnapshot(`
    [
      "/home/ann  directory 750  1000:1000  system  spec /image/accounts is the home of ann",
      "/home/nonroot  directory 755  65532:65532  system  spec /image/accounts is the home of nonroot",
    ]
  `);
  expect(await homesOf("1001")).toEqual([expect.stringContaining("/home/ann ")]);
  const accounts = { users: [{ name: "me", uid: 70, home: "/var/lib/me" }], groups: [] };
  const stated = await dumpOf({ ...input, root, accounts, process: { user: "me" } });
  expect(stated).toContain("/var/lib/me  directory 755  70:70");
});

it("brings empty directories that the builder's author made, for the user that images have by default", async () => {
  const root = `${debian}
//- /var/lib/own/ 0755
//- /data/ 0750
//- /srv/site/index.html
//- /srv/site/cache/
//- /srv/site/deeper/than/three/
//- /run/own/
//- /var/lib/packaged/
//- /var/lib/dpkg/status
Package: packaged
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/packaged.list
/var/lib/packaged
`;
  const made = async (user: string): Promise<readonly string[]> => {
    const dump = await dumpOf({ ...input, root, process: { user }, plugins: { features, packages: [dpkg] } });
    return dump.split("\n").filter((line) => line.includes("is empty"));
  };
  expect(await made("root")).toMatchInlineSnapshot(`
    [
      "/data  directory 750  system  spec /image/accounts is empty, and of no package",
      "/srv/site/cache  directory 755  system  spec /image/accounts is empty, and of no package",
      "/var/lib/own  directory 755  system  spec /image/accounts is empty, and of no package",
    ]
  `);
  expect(await made("nonroot")).toMatchInlineSnapshot(`
    [
      "/data  directory 750  65532:65532  system  spec /image/accounts is empty, and of no package",
      "/srv/site/cache  directory 755  65532:65532  system  spec /image/accounts is empty, and of no package",
      "/var/lib/own  directory 755  65532:65532  system  spec /image/accounts is empty, and of no package",
    ]
  `);
});

it("brings directories that the builder's author gave to an account of the image, without what lies in them", async () => {
  const root = `${debian.replace("root:x:0:0:root:/root:/bin/bash", "root:x:0:0:root:/root:/bin/bash\nown:x:150:150::/var/lib/own:/bin/sh")}
//- /var/lib/own/ 0755
//- /var/lib/own/queue/ 0750 owner=150:150
//- /var/lib/own/queue/in/ 0750 owner=150:150
//- /srv/data/ 0755 owner=150:150
//- /srv/data/seed.db owner=150:150
//- /srv/data/below/ owner=150:150
//- /run/packaged/ owner=150:150
//- /var/cache/www/ 0755 owner=33:33
//- /var/lib/dpkg/status
Package: packaged
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/packaged.list
/run/packaged
`;
  const dump = await dumpOf({ ...input, root, process: { user: "own" }, plugins: { features, packages: [dpkg] } });
  expect(dump.split("\n").filter((line) => line.includes("belongs to"))).toMatchInlineSnapshot(`
    [
      "/srv/data  directory 755  150:150  system  spec /image/accounts belongs to own",
      "/var/lib/own/queue  directory 750  150:150  system  spec /image/accounts belongs to own",
    ]
  `);
});

it("brings messages in the languages of the image for what asks for them", async () => {
  const catalogues = ["de/LC_MESSAGES/tool", "de_DE/LC_MESSAGES/tool", "fr/LC_MESSAGES/tool", "de/LC_MESSAGES/other"];
  const root = `${debian.replace("libssl.so.3 imports=setlocale", "libssl.so.3 imports=setlocale,gettext\ntool")}
${catalogues.map((name) => `//- /usr/share/locale/${name}.mo`).join("\n")}
`;
  const messagesOf = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const dump = await dumpOf({ ...input, root, process: { env } });
    return dump.split("\n").filter((line) => line.includes(".mo"));
  };
  expect(await messagesOf({ LANG: "de_DE.UTF-8" })).toMatchInlineSnapshot(`
    [
      "/usr/share/locale/de/LC_MESSAGES  directory 755  system  /usr/share/locale/de/LC_MESSAGES/tool.mo lies in it",
      "/usr/share/locale/de/LC_MESSAGES/tool.mo  file 644  system  spec /system/locales has the messages of /usr/bin/tool",
      "/usr/share/locale/de_DE/LC_MESSAGES  directory 755  system  /usr/share/locale/de_DE/LC_MESSAGES/tool.mo lies in it",
      "/usr/share/locale/de_DE/LC_MESSAGES/tool.mo  file 644  system  spec /system/locales has the messages of /usr/bin/tool",
    ]
  `);
  expect(await messagesOf({ LANG: "C.UTF-8" })).toEqual([]);
});

it("brings messages in languages that the author's own settings name, and each catalogue of the author's own", async () => {
  const { entries } = await closureOf({
    ...input,
    root: `${debian.replace("libssl.so.3 imports=setlocale", "libssl.so.3 imports=setlocale,gettext\ntool")}
//- /srv/own.conf
locale: fr_FR.UTF-8
//- /usr/share/locale/fr/LC_MESSAGES/tool.mo
//- /usr/share/locale/de/LC_MESSAGES/tool.mo
//- /usr/local/share/locale/pl/LC_MESSAGES/tool.mo
//- /usr/local/share/locale/pl/LC_MESSAGES/other.mo
`,
    roots: [binary("tool"), { kind: "include", pointer: "/closure/include/0", view: "main", path: "/srv/own.conf" }],
  });
  expect(entries.map(({ path }) => path).filter((path) => path.endsWith(".mo"))).toEqual([
    "/usr/local/share/locale/pl/LC_MESSAGES/tool.mo",
    "/usr/share/locale/fr/LC_MESSAGES/tool.mo",
  ]);
});

it("brings the links that lead to the home of an account, where the home itself ships", async () => {
  const line = /^www-data:.*$/mu.exec(debian)?.[0] ?? "";
  const root = `${debian.replace(line, "www-data:x:33:33::/var/run/www:/bin/sh")}
//- /var/run -> /run
//- /run/www/
`;
  const home = { kind: "include", pointer: "/closure/include/0", view: "main", path: "/run/www" } as const;
  const conf = { ...home, path: "/etc/tool.conf" } as const;
  const linkOf = async (roots: ClosureCase["roots"]): Promise<readonly string[]> =>
    (await closureOf({ ...input, root, roots })).entries.map(({ path }) => path).filter((path) => path === "/var/run");
  expect(await linkOf([binary("tool"), conf, home])).toEqual(["/var/run"]);
  expect(await linkOf([binary("tool"), conf])).toEqual([]);
});

it("brings no home and no directory to write where the spec has no place for temporary files", async () => {
  const system = { certificates: "auto" as const, tmp: false };
  const dump = await dumpOf({ ...input, system, process: { user: "nonroot" } });
  expect(dump).not.toContain("/home/nonroot  directory");
});

it("gives root the shell that ships, for who starts commands by the shell of an account", async () => {
  const passwd = async (strings: string, shell: string): Promise<unknown> => {
    const root = `${debian}//- /usr/bin/filter 0755 elf=x86_64 loader needed=libc.so.6 imports=getpwuid,execle
${strings}
//- ${shell} 0755 elf=x86_64 loader needed=libc.so.6
`;
    const roots = [binary("filter"), binary(shell)];
    const contents = await contentsOf({ root, roots, plugins: { features } });
    return JSON.stringify(contents["/etc/passwd"]);
  };
  expect(await passwd("SHELL", "/bin/sh")).toContain("root:x:0:0:root:/root:/bin/sh");
  expect(await passwd("SHELL", "/bin/bash")).toContain("root:x:0:0:root:/root:/bin/bash");
  expect(await passwd("SHELLS", "/bin/sh")).toContain("root:x:0:0:root:/root:/sbin/nologin");
  expect(await passwd("SHELL", "/bin/other")).toContain("root:x:0:0:root:/root:/sbin/nologin");
});
