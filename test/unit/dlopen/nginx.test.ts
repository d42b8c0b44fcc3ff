import { expect, test } from "vitest";
import { directives } from "../../../src/dlopen/nginx.ts";

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
