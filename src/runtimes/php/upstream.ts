import type { UpstreamBuild } from "../../languages/upstream.ts";

const literal = /\bPHP\/(\d+\.\d+\.\d+)/u;

/** PHP as it is built from its sources: its programs and the extensions that were built with it. */
export const upstreamPhp: UpstreamBuild = {
  name: "php",
  cpe: "php:php",
  license: "PHP-3.01",
  supplier: "PHP Group",
  marker: /^(.*)\/s?bin\/php(?:-fpm|-cgi)?$/u,
  versions: [
    { file: "include/php/main/php_version.h", text: /#define PHP_VERSION "([^"\s]+)"/u },
    { file: "bin/php", text: literal },
    { file: "sbin/php-fpm", text: literal },
  ],
  files: /^(?:s?bin\/php(?:-fpm|-cgi)?|lib\/php\/extensions\/.*)$/u,
};
