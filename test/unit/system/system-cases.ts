import { features } from "../../../src/system/features.gen.ts";
import { binary, type ClosureCase, closureOf } from "../../support/closure.ts";

/** A root with what packages of Debian have for accounts, zones, locales and certificates. */
export const debian = `
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

/** The closure of one program in it. */
export const input: ClosureCase = {
  root: debian,
  roots: [binary("tool")],
  plugins: { features },
  system: { certificates: "auto", locales: ["C.UTF-8"], nss: ["files", "dns"], tmp: true },
};

/** The texts of generated files, by their paths. */
export async function contentsOf(one: ClosureCase): Promise<Readonly<Record<string, unknown>>> {
  const { entries } = await closureOf(one);
  return Object.fromEntries(entries.flatMap(({ path, content }) => (content === undefined ? [] : [[path, content]])));
}

/** The same with encodings, and with sources of the author that name some. */
export const authored: string = `${debian}
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
