import { expect, it } from "vitest";
import { trace } from "./trace-php.ts";

it("follows the configuration of php-fpm", async () => {
  expect(await trace("/usr/sbin/php-fpm8.4", ["-F"])).toMatchInlineSnapshot(`
    [
      "/etc/php/8.4/fpm/php-fpm.conf",
      "/etc/php/8.4/fpm/pool.d/www.conf",
      "/lib64/ld-linux-x86-64.so.2",
      "/run/php",
      "/usr/lib/php/20240924/xdebug.so",
      "/usr/sbin/php-fpm8.4",
      "/var/log",
      "/var/log/www",
    ]
  `);
});
