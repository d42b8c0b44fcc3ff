import { expect, it } from "vitest";
import { parseIni } from "../../../../src/runtimes/php/ini.ts";

it("reads settings without sections and comments", () => {
  expect(parseIni("[PHP]\n; a = 1\nb = 2 ; two\nc=\"x;y\"\r\nd[] = 'z'\nphp_value[e.f] = on\nno value\n")).toEqual([
    ["b", "2"],
    ["c", "x;y"],
    ["d[]", "z"],
    ["php_value[e.f]", "on"],
  ]);
});
