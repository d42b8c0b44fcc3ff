import { expect, it } from "vitest";
import { npmPackages } from "../../../../src/packages/npm/npm.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { read } from "../read-packages.ts";

it("reads packages in node_modules, and in the cache of Deno", async () => {
  const text = `
//- /app/node_modules/@s/a/package.json
{"name": "@s/a", "version": "1.0.0"}
//- /app/node_modules/@s/a/node_modules/b/package.json
{"name": "b", "version": "2.0.0"}
//- /deno/npm/npm.example.org/b/2.0.0/package.json
{"name": "b", "version": "2.0.0"}
//- /deno/npm/npm.example.org/b/registry.json
{"name": "b", "version": "9"}
//- /srv/npm/b/package.json
{"name": "c", "version": "1.0.0"}
`;
  expect(await read(npmPackages, parseFixture(text))).toMatchInlineSnapshot(`
    [
      "pkg:npm/%40s/a@1.0.0 | - | - | /app/node_modules/@s/a/package.json",
      "pkg:npm/b@2.0.0 | - | - | /app/node_modules/@s/a/node_modules/b/package.json /deno/npm/npm.example.org/b/2.0.0/package.json",
    ]
  `);
});

it("reads packages of npm that others carry in a folder of their own", async () => {
  const text = `
//- /app/node_modules/big/package.json
{"name": "big", "version": "1.0.0"}
//- /app/node_modules/big/vendor/@s/small/package.json
{"name": "@s/small", "version": "2.0.0", "license": "MIT"}
//- /app/vendor/left/package.json
{"name": "left", "version": "3.0.0"}
//- /app/vendor/nameless/package.json
{"version": "1"}
//- /app/vendor/org/deep/package.json
{"name": "deep", "version": "1.0.0"}
`;
  expect(await read(npmPackages, parseFixture(text))).toEqual([
    "pkg:npm/big@1.0.0 | - | - | /app/node_modules/big/package.json /app/node_modules/big/vendor/@s/small/package.json",
    "pkg:npm/%40s/small@2.0.0 | MIT | - | in /app/node_modules/big/vendor/@s/small/package.json",
    "pkg:npm/left@3.0.0 | - | - | in /app/vendor/left/package.json",
  ]);
});
