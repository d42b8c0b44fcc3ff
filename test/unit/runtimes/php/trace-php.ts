import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { php } from "../../../../src/runtimes/php/php.ts";
import { type ClosureCase, closureOf } from "../../../support/closure.ts";

/** PHP with its settings, extensions and libraries. */
export const root: string = `
//- /usr/bin/php -> php8.4
//- /usr/bin/php8.4 0755 elf=x86_64 loader=
/etc/php/8.4/cli
/etc/php/8.4/cli/conf.d
/usr/lib/php/20240924
.:/usr/share/php
/var/lib/php/sessions
/usr/share/zoneinfo/%s
//- /usr/sbin/php-fpm8.4 0755 elf=x86_64 loader=
/etc/php/8.4/fpm
/etc/php/8.4/fpm/conf.d
/usr/lib/php/20240924
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /etc/php/8.4/cli/php.ini
; extension=commented
memory_limit = -1
error_log = /var/log/php/errors.log
auto_prepend_file = "/srv/first.php"
curl.cainfo = \${CA:-/etc/ca.pem}
//- /etc/php/8.4/cli/conf.d/10-opcache.ini -> ../../mods-available/opcache.ini
//- /etc/php/8.4/cli/conf.d/20-mbstring.ini -> ../../mods-available/mbstring.ini
//- /etc/php/8.4/cli/conf.d/readme.txt
//- /etc/php/8.4/mods-available/opcache.ini
zend_extension=opcache.so
//- /etc/php/8.4/mods-available/mbstring.ini
extension=mbstring ; by its name
//- /etc/php/8.4/mods-available/xdebug.ini
zend_extension=xdebug.so
//- /etc/ca.pem
//- /srv/first.php
//- /usr/lib/php/20240924/opcache.so elf=x86_64
//- /usr/lib/php/20240924/mbstring.so elf=x86_64 needed=libonig.so.5
//- /usr/lib/php/20240924/xdebug.so elf=x86_64
//- /usr/lib/libonig.so.5 elf=x86_64
//- /usr/share/php/Twig/autoload.php
<?php require_once 'Symfony/autoload.php';
//- /usr/share/php/Twig/Environment.php
//- /usr/share/php/Symfony/autoload.php
//- /usr/share/php/Other/autoload.php
//- /usr/share/zoneinfo/Europe/Paris
//- /var/lib/php/sessions/ 1733
//- /var/log/php/
//- /etc/php/8.4/fpm/php-fpm.conf
[global]
pid = /run/php/php.pid
include=/etc/php/8.4/fpm/pool.d/*.conf
//- /etc/php/8.4/fpm/pool.d/www.conf
[www]
user = www-data
listen = /run/php/$pool.sock
slowlog = /var/log/$pool/slow.log
php_admin_value[extension] = xdebug
//- /run/php/
//- /var/log/www/
//- /other/php.ini
extension=gone
extension=/opt/own.so
//- /opt/own.so elf=x86_64
`;

/** What ships for a program, a line for each. */
export async function trace(
  program: string,
  cmd: readonly string[],
  { application = "", ...proc }: { readonly application?: string } & Partial<ClosureCase["process"] & object> = {},
): Promise<readonly string[]> {
  const input: ClosureCase = {
    root: `${root}${application}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: program }],
    process: { workdir: toAbsPath("/app"), cmd, ...proc },
    plugins: { runtimes: [php], packages: [dpkg] },
  };
  const { entries, diagnostics, unknowns } = await closureOf(input);
  return [
    ...unknowns.map(({ from, line, what, outcome }) => `unknown: ${from}:${String(line)} ${what}: ${outcome}`),
    ...entries
      .filter(({ kind, path }) => kind !== "directory" || /^\/(?:run|var)\//u.test(path))
      .map(({ path, target }) => (target === undefined ? path : `${path} -> ${target}`)),
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`),
  ];
}

/** A small application. */
export const application = `
//- /app/index.php
<?php
require_once 'Twig/autoload.php';
// require 'Other/autoload.php';
require __DIR__ . '/lib/a.php';
require dirname(__DIR__, 1) . '/shared.php';
require 'lost.php';
if ($x) { require 'optional.php'; }
require $argv[1];
//- /app/lib/a.php
//- /shared.php
`;
