import { expect, it } from "vitest";
import { trace } from "./trace-php.ts";

it.each(["safe", "reachable"] as const)(
  "knows a source by the file that its link leads to, at level %s",
  async (prune) => {
    const application = `
//- /app/index.php
<?php
require_once 'Gate.php';
//- /usr/share/php/Gate.php -> Gate/Gate.php
//- /usr/share/php/Gate/Gate.php
<?php
require_once __DIR__ . '/source/Gate.php';
readfile(__DIR__ . '/source/words.txt');
//- /usr/share/php/Gate/source/Gate.php
//- /usr/share/php/Gate/source/words.txt
//- /usr/share/php/source/Gate.php
`;
    const traced = await trace("/usr/bin/php", ["index.php"], { application, prune });
    expect(traced.filter((line) => line.includes("Gate"))).toEqual([
      "/usr/share/php/Gate.php -> Gate/Gate.php",
      "/usr/share/php/Gate/Gate.php",
      "/usr/share/php/Gate/source/Gate.php",
      "/usr/share/php/Gate/source/words.txt",
    ]);
  },
);

it("serves a directory with links to what the builder lacks", async () => {
  const application = "//- /www/index.php\n<?php\n//- /www/less.js -> /usr/share/javascript/less.js\n";
  const files = await trace("/usr/bin/php", ["-n", "-S", "127.0.0.1:80", "-t", "/www"], { application });
  expect(files.filter((path) => /www|less/u.test(path))).toEqual([
    "/www/index.php",
    "/www/less.js -> /usr/share/javascript/less.js",
  ]);
});

it("ships links to data elsewhere that a package has", async () => {
  const traced = await trace("/usr/bin/php", ["index.php"], {
    application: `
//- /app/index.php
<?php
require 'Phone/autoload.php';
//- /usr/share/php/Phone/autoload.php
<?php
//- /usr/share/php/Phone/data -> /var/lib/php-phone/enabled/data
//- /var/lib/php-phone/enabled -> available/first
//- /var/lib/php-phone/available/first/data/de.txt
//- /var/lib/dpkg/status
Package: php-phone
Status: install ok installed
Version: 1

//- /var/lib/dpkg/info/php-phone.list
/usr/share/php/Phone/autoload.php
/usr/share/php/Phone/data
/var/lib/php-phone/enabled
/var/lib/php-phone/available/first/data/de.txt
`,
  });
  expect(traced).toContain("/usr/share/php/Phone/data -> /var/lib/php-phone/enabled/data");
  expect(traced).toContain("/var/lib/php-phone/enabled -> available/first");
});
