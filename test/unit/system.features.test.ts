import { expect, it } from "vitest";
import { dumpOf } from "../support/closure.ts";
import { contentsOf, input } from "./system/system-cases.ts";

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
