import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

const more = `//- /usr/lib/x86_64-linux-gnu/libfast.so.2
//- /usr/share/zoneinfo/Europe/Berlin
//- /usr/bin/pager 0755`;
const library = "object /usr/lib/x86_64-linux-gnu/libfast.so.2";

it.each([
  ["LD_PRELOAD=$(find /usr/lib -name libfast.so.2 -print -quit); export LD_PRELOAD", library],
  ['export LD_PRELOAD="$(echo /usr/lib/*/libfast.so.2)"', library],
  ["LD_PRELOAD=$(ls /usr/lib/*/libfast.so.2 | head -1) nginx", library],
  ["export LD_PRELOAD=/usr/lib/$(uname -m)-linux-gnu/libfast.so.2", library],
  ["export LD_PRELOAD=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/libfast.so.2", library],
  ['for one in {/usr,}/lib{/*,}/libfast.so.2; do [ -s "$one" ] && export LD_PRELOAD="$one"; done', library],
  ['export TZ="${TZ:-Europe/Berlin}"', "file /usr/share/zoneinfo/Europe/Berlin"],
  ["TZ=${1:-UTC} nginx", "tree /usr/share/zoneinfo"],
  ['read -r zone; TZ="$zone" nginx', "tree /usr/share/zoneinfo"],
  ["export GIT_PAGER=pager", "program /usr/bin/pager []"],
])("reads what variables mean that a script sets: %s", async (script, expected) => {
  expect(await trace(script, { more })).toContain(expected);
});

it("takes a zone that has a default for the one of the environment", async () => {
  expect(await trace('#!/bin/sh\nexport TZ="${TZ:-Europe/Berlin}"\n', { more })).not.toContain("tree");
});
