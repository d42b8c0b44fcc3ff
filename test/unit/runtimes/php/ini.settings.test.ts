import { expect, it } from "vitest";
import { php } from "../../../../src/runtimes/php/php.ts";
import { binary, type ClosureCase, closureOf } from "../../../support/closure.ts";
import { root, trace } from "./trace-php.ts";

it("reads the settings of PHP inside another program, whose plug-in needs its library", async () => {
  const embedded = `
//- /usr/bin/host 0755 elf=x86_64 loader needed=php_plugin.so
//- /usr/lib/php_plugin.so elf=x86_64 needed=libphp.so
//- /usr/lib/libphp.so elf=x86_64
/etc/php/8.4/embed
/usr/lib/php/20240924
//- /etc/php/8.4/embed/php.ini
extension=mbstring
`;
  const input: ClosureCase = {
    root: `${root}${embedded}`,
    roots: [binary("/usr/bin/host")],
    plugins: { runtimes: [php] },
  };
  const paths = (await closureOf(input)).entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["/etc/php/8.4/embed/php.ini", "/usr/lib/php/20240924/mbstring.so"]));
});

it("goes by -c, -d, -n, PHPRC and PHP_INI_SCAN_DIR", async () => {
  const extensions = (lines: readonly string[]) => lines.filter((line) => /\.so$|\.ini$|: /u.test(line));
  expect({
    given: extensions(await trace("/usr/bin/php", ["-c", "/other", "-d", "zend_extension=xdebug", "-r", "1;"])),
    none: extensions(await trace("/usr/bin/php", ["-n", "-r", "1;"])),
    environment: extensions(
      await trace("/usr/bin/php", ["-r", "1;"], {
        env: { PHPRC: "/nowhere", PHP_INI_SCAN_DIR: "/etc/php/8.4/mods-available" },
      }),
    ),
  }).toMatchInlineSnapshot(`
    {
      "environment": [
        "/etc/php/8.4/cli/php.ini",
        "/etc/php/8.4/mods-available/mbstring.ini",
        "/etc/php/8.4/mods-available/opcache.ini",
        "/etc/php/8.4/mods-available/xdebug.ini",
        "/usr/lib/php/20240924/mbstring.so",
        "/usr/lib/php/20240924/opcache.so",
        "/usr/lib/php/20240924/xdebug.so",
      ],
      "given": [
        "/etc/php/8.4/cli/conf.d/10-opcache.ini -> ../../mods-available/opcache.ini",
        "/etc/php/8.4/cli/conf.d/20-mbstring.ini -> ../../mods-available/mbstring.ini",
        "/etc/php/8.4/mods-available/mbstring.ini",
        "/etc/php/8.4/mods-available/opcache.ini",
        "/opt/own.so",
        "/other/php.ini",
        "/usr/lib/php/20240924/mbstring.so",
        "/usr/lib/php/20240924/opcache.so",
        "/usr/lib/php/20240924/xdebug.so",
        "PHP_EXTENSION_MISSING: cannot load the extension gone: /other/php.ini names it, no /usr/lib/php/20240924/gone, no /usr/lib/php/20240924/gone.so",
      ],
      "none": [],
    }
  `);
});
