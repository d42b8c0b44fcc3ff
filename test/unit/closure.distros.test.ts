import { describe, expect, it } from "vitest";
import type { Closure } from "../../src/closure/walk/resolve.ts";
import { allPlugins } from "../../src/resolver/plugins.ts";
import { binary, type ClosureCase, closureOf } from "../support/closure.ts";

/*
 * Roots as distributions lay them out, by their own packages' lists: where the loader, libraries, certificates and
 * databases lie, and which of the older directories are links. Each is resolved with every plug-in, and shown as what
 * ships.
 */
const system = {
  certificates: "auto",
  timezone: ["Europe/Paris"],
  locales: ["C.UTF-8"],
  nss: ["files", "dns"],
  tmp: false,
} as const;

async function resolve(root: string, more: Partial<ClosureCase> = {}): Promise<Closure> {
  return closureOf({
    root,
    roots: [binary("/usr/bin/tool")],
    plugins: allPlugins(),
    system,
    metadata: { packageDb: "auto" },
    ...more,
  });
}

/** Everything but directories: links with their texts, made files as such, others with their owner. */
function shown({ entries, diagnostics, packages }: Closure): string {
  const lines = entries
    .filter(({ kind }) => kind !== "directory")
    .map(({ path, kind, target, owner, content }) =>
      [path, kind === "symlink" ? `-> ${target ?? ""}` : content === undefined ? "" : "made", owner ?? ""]
        .filter((word) => word !== "")
        .join("  "),
    );
  const findings = diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  return `\n${[...lines, ...packages.map(({ purl }) => purl), ...findings].join("\n")}\n`;
}

const zone = "//- /usr/share/zoneinfo/Europe/Paris\nTZif2\n";
const glibc = "needed=libssl.so.3,libc.so.6 imports=getaddrinfo,setlocale";

describe("Alpine", () => {
  const files = (lib: string) => `
//- ${lib}/ld-musl-x86_64.so.1 0755 elf=x86_64 soname=libc.musl-x86_64.so.1
//- ${lib}/libc.musl-x86_64.so.1 -> ld-musl-x86_64.so.1
//- /usr/lib/libssl.so.3 elf=x86_64 soname=libssl.so.3 needed=libcrypto.so.3,libc.musl-x86_64.so.1
//- /usr/lib/libcrypto.so.3 elf=x86_64 soname=libcrypto.so.3 needed=libc.musl-x86_64.so.1
OPENSSLDIR: "/etc/ssl"
//- /usr/bin/tool 0755 elf=x86_64 loader=/lib/ld-musl-x86_64.so.1 needed=libssl.so.3,libc.musl-x86_64.so.1 imports=getaddrinfo,setlocale
//- /etc/ssl/openssl.cnf
openssl_conf = default
//- /etc/os-release -> ../usr/lib/os-release
//- /usr/lib/os-release
ID=alpine
VERSION_ID=3.22.1
//- /etc/alpine-release
3.22.1
//- ${lib}/apk/db/installed
P:musl
V:1.2.5-r10
A:x86_64
F:lib
R:ld-musl-x86_64.so.1
R:libc.musl-x86_64.so.1

P:libssl3
V:3.5.1-r0
A:x86_64
F:usr/lib
R:libssl.so.3

P:ca-certificates-bundle
V:20250619-r0
A:x86_64
F:etc
F:etc/ssl
R:cert.pem
F:etc/ssl/certs
R:ca-certificates.crt

P:tzdata
V:2025b-r0
A:x86_64
F:usr/share/zoneinfo/Europe
R:Paris

//- /lib/apk/db/scripts.tar
scripts
${zone}`;
  const bundle = `
//- /etc/ssl/certs/ca-certificates.crt
-----BEGIN CERTIFICATE-----
//- /etc/ssl/cert.pem -> certs/ca-certificates.crt
`;

  it("has musl's loader in /lib, and no locales", async () => {
    const closure = await resolve(files("/lib") + bundle, {
      system: { ...system, locales: ["C.UTF-8", "fr_FR.UTF-8"] },
    });
    expect(shown(closure)).toMatchInlineSnapshot(`
      "
      /etc/alpine-release
      /etc/group  made
      /etc/localtime  -> ../usr/share/zoneinfo/Europe/Paris
      /etc/nsswitch.conf  made
      /etc/os-release  -> ../usr/lib/os-release
      /etc/passwd  made
      /etc/ssl/cert.pem  -> certs/ca-certificates.crt  apk:ca-certificates-bundle
      /etc/ssl/certs/ca-certificates.crt  apk:ca-certificates-bundle
      /etc/ssl/openssl.cnf
      /lib/apk/db/installed  made
      /lib/ld-musl-x86_64.so.1  apk:musl
      /usr/bin/tool
      /usr/lib/libcrypto.so.3
      /usr/lib/libssl.so.3  apk:libssl3
      /usr/lib/os-release
      /usr/share/zoneinfo/Europe/Paris  apk:tzdata
      pkg:apk/alpine/ca-certificates-bundle@20250619-r0?arch=x86_64&distro=3.22.1
      pkg:apk/alpine/libssl3@3.5.1-r0?arch=x86_64&distro=3.22.1
      pkg:apk/alpine/musl@1.2.5-r10?arch=x86_64&distro=3.22.1
      pkg:apk/alpine/tzdata@2025b-r0?arch=x86_64&distro=3.22.1
      "
    `);
  });

  it("has all of it below /usr where that is merged", async () => {
    const links = "//- /lib -> usr/lib\n//- /bin -> usr/bin\n//- /sbin -> usr/bin\n//- /usr/sbin -> bin\n";
    const merged = files("/usr/lib").replace("//- /lib/apk", "//- /usr/lib/apk");
    expect(shown(await resolve(links + merged + bundle))).toMatchInlineSnapshot(`
      "
      /etc/alpine-release
      /etc/group  made
      /etc/localtime  -> ../usr/share/zoneinfo/Europe/Paris
      /etc/nsswitch.conf  made
      /etc/os-release  -> ../usr/lib/os-release
      /etc/passwd  made
      /etc/ssl/cert.pem  -> certs/ca-certificates.crt  apk:ca-certificates-bundle
      /etc/ssl/certs/ca-certificates.crt  apk:ca-certificates-bundle
      /etc/ssl/openssl.cnf
      /lib  -> usr/lib
      /usr/bin/tool
      /usr/lib/apk/db/installed  made
      /usr/lib/ld-musl-x86_64.so.1  apk:musl
      /usr/lib/libcrypto.so.3
      /usr/lib/libssl.so.3  apk:libssl3
      /usr/lib/os-release
      /usr/share/zoneinfo/Europe/Paris  apk:tzdata
      pkg:apk/alpine/ca-certificates-bundle@20250619-r0?arch=x86_64&distro=3.22.1
      pkg:apk/alpine/libssl3@3.5.1-r0?arch=x86_64&distro=3.22.1
      pkg:apk/alpine/musl@1.2.5-r10?arch=x86_64&distro=3.22.1
      pkg:apk/alpine/tzdata@2025b-r0?arch=x86_64&distro=3.22.1
      "
    `);
  });

  it("may have its certificates in one file alone", async () => {
    const closure = await resolve(`${files("/lib")}//- /etc/ssl/cert.pem\n-----BEGIN CERTIFICATE-----\n`);
    expect(closure.entries.map(({ path }) => path)).toContain("/etc/ssl/cert.pem");
  });

  it("looks where /etc/ld-musl-x86_64.path says, and nowhere else", async () => {
    const list = "//- /etc/ld-musl-x86_64.path\n/opt/lib\n";
    const { diagnostics } = await resolve(files("/lib") + bundle + list);
    expect(diagnostics.map(({ code }) => code)).toContain("LIBRARY_MISSING");
    const moved = files("/lib").replaceAll("/usr/lib/lib", "/opt/lib/lib");
    const paths = (await resolve(moved + bundle + list)).entries.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["/etc/ld-musl-x86_64.path", "/opt/lib/libcrypto.so.3"]));
  });
});

it("Wolfi has glibc, its libraries in /usr/lib by the loader's own word, and apk", async () => {
  const root = `
//- /lib -> usr/lib
//- /lib64 -> usr/lib
//- /bin -> usr/bin
//- /usr/lib64 -> lib
//- /usr/lib/ld-linux-x86-64.so.2 0755 elf=x86_64 soname=ld-linux-x86-64.so.2
GNU C Library (GNU libc) stable release version 2.41.
/lib/
/usr/lib/
//- /usr/lib/libc.so.6 elf=x86_64 soname=libc.so.6 defines=GLIBC_2.34
//- /usr/lib/libssl.so.3 elf=x86_64 soname=libssl.so.3 needed=libc.so.6
//- /usr/lib/glibc-hwcaps/x86-64-v3/libssl.so.3 elf=x86_64 soname=libssl.so.3 needed=libc.so.6
//- /usr/bin/tool 0755 elf=x86_64 loader ${glibc}
//- /etc/ssl/certs/ca-certificates.crt
-----BEGIN CERTIFICATE-----
//- /etc/os-release
ID=wolfi
VERSION_ID="20230201"
//- /usr/lib/apk/db/installed
P:glibc
V:2.41-r5
A:x86_64
F:lib
R:ld-linux-x86-64.so.2
F:usr/lib
R:libc.so.6

P:openssl
V:3.5.0-r0
A:x86_64
F:usr/lib
R:libssl.so.3
F:usr/lib/glibc-hwcaps/x86-64-v3
R:libssl.so.3

${zone}`;
  expect(shown(await resolve(root))).toMatchInlineSnapshot(`
    "
    /etc/group  made
    /etc/localtime  -> ../usr/share/zoneinfo/Europe/Paris
    /etc/nsswitch.conf  made
    /etc/os-release
    /etc/passwd  made
    /etc/ssl/certs/ca-certificates.crt
    /lib  -> usr/lib
    /lib64  -> usr/lib
    /usr/bin/tool
    /usr/lib/apk/db/installed  made
    /usr/lib/glibc-hwcaps/x86-64-v3/libssl.so.3  apk:openssl
    /usr/lib/ld-linux-x86-64.so.2  apk:glibc
    /usr/lib/libc.so.6  apk:glibc
    /usr/lib/libssl.so.3  apk:openssl
    /usr/share/zoneinfo/Europe/Paris
    pkg:apk/wolfi/glibc@2.41-r5?arch=x86_64&distro=20230201
    pkg:apk/wolfi/openssl@3.5.0-r0?arch=x86_64&distro=20230201
    "
  `);
});

const redHat = (more: string) => `
//- /lib -> usr/lib
//- /lib64 -> usr/lib64
//- /bin -> usr/bin
//- /usr/lib64/libc.so.6 elf=x86_64 soname=libc.so.6 defines=GLIBC_2.34
//- /usr/lib64/libssl.so.3 elf=x86_64 soname=libssl.so.3 needed=libc.so.6
//- /usr/bin/tool 0755 elf=x86_64 loader ${glibc}
//- /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
-----BEGIN CERTIFICATE-----
//- /etc/pki/tls/certs/ca-bundle.crt -> /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
//- /etc/pki/tls/cert.pem -> /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
//- /etc/ssl/certs -> ../pki/tls/certs
//- /etc/ssl/certs/unused
${more}${zone}`;

describe("Fedora, RHEL and their like", () => {
  it("have 64-bit libraries in lib64, and certificates below /etc/pki", async () => {
    const root = redHat(`
//- /sbin -> usr/bin
//- /usr/sbin -> bin
//- /usr/lib64/ld-linux-x86-64.so.2 0755 elf=x86_64 soname=ld-linux-x86-64.so.2
GNU C Library (GNU libc) stable release version 2.41.
/lib64/
/usr/lib64/
//- /usr/lib/locale/C.utf8/LC_CTYPE
x
//- /etc/os-release -> ../usr/lib/os-release
//- /usr/lib/os-release
ID=fedora
VERSION_ID=42
//- /etc/fedora-release
Fedora release 42 (Adams)
//- /etc/redhat-release -> fedora-release
`);
    expect(shown(await resolve(root))).toMatchInlineSnapshot(`
      "
      /etc/fedora-release
      /etc/group  made
      /etc/localtime  -> ../usr/share/zoneinfo/Europe/Paris
      /etc/nsswitch.conf  made
      /etc/os-release  -> ../usr/lib/os-release
      /etc/passwd  made
      /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
      /etc/pki/tls/cert.pem  -> /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
      /etc/pki/tls/certs/ca-bundle.crt  -> /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
      /etc/redhat-release  -> fedora-release
      /lib64  -> usr/lib64
      /usr/bin/tool
      /usr/lib/locale/C.utf8/LC_CTYPE
      /usr/lib/os-release
      /usr/lib64/ld-linux-x86-64.so.2
      /usr/lib64/libc.so.6
      /usr/lib64/libssl.so.3
      /usr/share/zoneinfo/Europe/Paris
      "
    `);
  });

  it("have name services beside the C library, and directories for machines, before glibc 2.34", async () => {
    const root = redHat(`
//- /usr/lib64/ld-linux-x86-64.so.2 0755 elf=x86_64 soname=ld-linux-x86-64.so.2
GNU C Library (GNU libc) stable release version 2.28.
/lib64/
/usr/lib64/
//- /usr/lib64/haswell/libssl.so.3 elf=x86_64 soname=libssl.so.3 needed=libc.so.6,libm.so.6
//- /usr/lib64/tls/libm.so.6 elf=x86_64 soname=libm.so.6 needed=libc.so.6
//- /usr/lib64/glibc-hwcaps/x86-64-v3/libssl.so.3 elf=x86_64 soname=libssl.so.3 needed=libc.so.6
//- /usr/lib64/libnss_files.so.2 elf=x86_64 soname=libnss_files.so.2 needed=libc.so.6
//- /usr/lib64/libnss_dns.so.2 elf=x86_64 soname=libnss_dns.so.2 needed=libresolv.so.2,libc.so.6
//- /usr/lib64/libresolv.so.2 elf=x86_64 soname=libresolv.so.2 needed=libc.so.6
//- /etc/os-release
ID="rhel"
VERSION_ID="8.10"
`).replace("defines=GLIBC_2.34", "defines=GLIBC_2.28");
    const paths = (await resolve(root)).entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
    expect(paths.filter((path) => path.startsWith("/usr/lib64/"))).toMatchInlineSnapshot(`
      [
        "/usr/lib64/haswell/libssl.so.3",
        "/usr/lib64/ld-linux-x86-64.so.2",
        "/usr/lib64/libc.so.6",
        "/usr/lib64/libnss_dns.so.2",
        "/usr/lib64/libnss_files.so.2",
        "/usr/lib64/libresolv.so.2",
        "/usr/lib64/libssl.so.3",
        "/usr/lib64/tls/libm.so.6",
      ]
    `);
  });
});

describe("Debian and Ubuntu", () => {
  const multiarch = (lib: string, banner: string, more: string) => `
//- ${lib}/x86_64-linux-gnu/ld-linux-x86-64.so.2 0755 elf=x86_64 soname=ld-linux-x86-64.so.2
GNU C Library (Debian GLIBC ${banner}) stable release version ${banner}.
/lib/x86_64-linux-gnu/
/usr/lib/x86_64-linux-gnu/
/lib/
/usr/lib/
//- ${lib}/x86_64-linux-gnu/libc.so.6 elf=x86_64 soname=libc.so.6 defines=${banner > "2.33" ? "GLIBC_2.34" : "GLIBC_2.31"}
//- /usr/lib/x86_64-linux-gnu/libssl.so.3 elf=x86_64 soname=libssl.so.3 needed=libc.so.6
//- /usr/bin/tool 0755 elf=x86_64 loader ${glibc}
//- /etc/ssl/certs/ca-certificates.crt
-----BEGIN CERTIFICATE-----
//- /var/lib/dpkg/status
Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Version: ${banner}-1

//- /var/lib/dpkg/info/libc6:amd64.list
/lib/x86_64-linux-gnu/libc.so.6
/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
/lib64/ld-linux-x86-64.so.2
/usr/lib/x86_64-linux-gnu/libnss_files.so.2
/lib/x86_64-linux-gnu/libnss_files.so.2
/lib/x86_64-linux-gnu/libnss_dns.so.2
${more}${zone}`;
  const older = (lib: string) => `
//- ${lib}/x86_64-linux-gnu/libnss_files.so.2 elf=x86_64 soname=libnss_files.so.2 needed=libc.so.6
//- ${lib}/x86_64-linux-gnu/libnss_dns.so.2 elf=x86_64 soname=libnss_dns.so.2 needed=libc.so.6
//- /usr/lib/locale/C.UTF-8/LC_CTYPE
x
//- /etc/os-release
ID=debian
VERSION_ID="11"
VERSION_CODENAME=bullseye
//- /etc/debian_version
11.11
`;

  it("have /lib and /usr/lib apart in unmerged roots, with name services of their own in glibc 2.31", async () => {
    const loader = "//- /lib64/ld-linux-x86-64.so.2 -> /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2\n";
    expect(shown(await resolve(multiarch("/lib", "2.31", loader + older("/lib"))))).toMatchInlineSnapshot(`
      "
      /etc/debian_version
      /etc/group  made
      /etc/localtime  -> ../usr/share/zoneinfo/Europe/Paris
      /etc/nsswitch.conf  made
      /etc/os-release
      /etc/passwd  made
      /etc/ssl/certs/ca-certificates.crt
      /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2  dpkg:libc6
      /lib/x86_64-linux-gnu/libc.so.6  dpkg:libc6
      /lib/x86_64-linux-gnu/libnss_dns.so.2  dpkg:libc6
      /lib/x86_64-linux-gnu/libnss_files.so.2  dpkg:libc6
      /lib64/ld-linux-x86-64.so.2  -> /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2  dpkg:libc6
      /usr/bin/tool
      /usr/lib/locale/C.UTF-8/LC_CTYPE
      /usr/lib/x86_64-linux-gnu/libssl.so.3
      /usr/share/zoneinfo/Europe/Paris
      /var/lib/dpkg/status.d/libc6  made
      pkg:deb/debian/libc6@2.31-1?arch=amd64&distro=debian-11.11
      "
    `);
  });

  it("own the same files where all of it is merged", async () => {
    const links = "//- /lib -> usr/lib\n//- /lib64 -> usr/lib64\n//- /bin -> usr/bin\n";
    const loader = "//- /usr/lib64/ld-linux-x86-64.so.2 -> ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2\n";
    expect(
      shown(await resolve(links + multiarch("/usr/lib", "2.31", loader + older("/usr/lib")))),
    ).toMatchInlineSnapshot(`
      "
      /etc/debian_version
      /etc/group  made
      /etc/localtime  -> ../usr/share/zoneinfo/Europe/Paris
      /etc/nsswitch.conf  made
      /etc/os-release
      /etc/passwd  made
      /etc/ssl/certs/ca-certificates.crt
      /lib  -> usr/lib
      /lib64  -> usr/lib64
      /usr/bin/tool
      /usr/lib/locale/C.UTF-8/LC_CTYPE
      /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2  dpkg:libc6
      /usr/lib/x86_64-linux-gnu/libc.so.6  dpkg:libc6
      /usr/lib/x86_64-linux-gnu/libnss_dns.so.2  dpkg:libc6
      /usr/lib/x86_64-linux-gnu/libnss_files.so.2  dpkg:libc6
      /usr/lib/x86_64-linux-gnu/libssl.so.3
      /usr/lib64/ld-linux-x86-64.so.2  -> ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2  dpkg:libc6
      /usr/share/zoneinfo/Europe/Paris
      /var/lib/dpkg/status.d/libc6  made
      pkg:deb/debian/libc6@2.31-1?arch=amd64&distro=debian-11.11
      "
    `);
  });

  it("own them where only some directories are links", async () => {
    const links = "//- /lib -> usr/lib\n//- /bin/\n";
    const loader = "//- /lib64/ld-linux-x86-64.so.2 -> /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2\n";
    const ubuntu =
      '//- /etc/os-release\nID=ubuntu\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\n//- /etc/debian_version\ntrixie/sid\n';
    expect(shown(await resolve(links + multiarch("/usr/lib", "2.39", loader + ubuntu)))).toMatchInlineSnapshot(`
      "
      /etc/debian_version
      /etc/group  made
      /etc/localtime  -> ../usr/share/zoneinfo/Europe/Paris
      /etc/nsswitch.conf  made
      /etc/os-release
      /etc/passwd  made
      /etc/ssl/certs/ca-certificates.crt
      /lib  -> usr/lib
      /lib64/ld-linux-x86-64.so.2  -> /lib/x86_64-linux-gnu/ld-linux-x86-64.so.2  dpkg:libc6
      /usr/bin/tool
      /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2  dpkg:libc6
      /usr/lib/x86_64-linux-gnu/libc.so.6  dpkg:libc6
      /usr/lib/x86_64-linux-gnu/libssl.so.3
      /usr/share/zoneinfo/Europe/Paris
      /var/lib/dpkg/status.d/libc6  made
      pkg:deb/ubuntu/libc6@2.39-1?arch=amd64&distro=ubuntu-24.04
      "
    `);
  });
});
