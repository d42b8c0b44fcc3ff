import { expect, test } from "vitest";
import { directives } from "../../../src/dlopen/nginx.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

test("directives are read through comments, quotes and blocks", () => {
  const text = `
# include /never;
user www-data;
load_module "modules/a b.so";
http { include mime.types; # include no;
  server { root '/srv/www'; location / { return 200 "x;y"; } }
}`;
  expect(directives(text)).toEqual([
    ["user", "www-data"],
    ["load_module", "modules/a b.so"],
    ["include", "mime.types"],
    ["root", "/srv/www"],
    ["return", "200"],
  ]);
});

test("many files that an include names are all read, and one that is too large is told", async () => {
  const many = Array.from(
    { length: 1200 },
    (_, at) => `//- /etc/nginx/d/${String(at)}.conf\nroot /srv/${String(at)};\n`,
  );
  const root = `
//- /usr/sbin/nginx 0755 elf=x86_64 loader
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /etc/nginx/nginx.conf
include d/*.conf;
include large;
//- /etc/nginx/large
#${"x".repeat(2 ** 24)}
${many.join("")}//- /srv/1199/index.html
x
`;
  const plugins = { ...allPlugins(), features: [] };
  const { entries, unknowns } = await closureOf({ root, roots: [binary("/usr/sbin/nginx")], plugins });
  expect(entries.map(({ path }) => path)).toContain("/srv/1199/index.html");
  expect(unknowns.map(({ what }) => what)).toContain("settings of more than 16 MiB, /etc/nginx/large");
});
