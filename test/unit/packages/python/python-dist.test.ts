import { expect, it } from "vitest";
import { pythonDistributions } from "../../../../src/packages/python/python-dist.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { read } from "../read-packages.ts";

it("reads distributions that pip put elsewhere", async () => {
  const text = `
//- /srv/vendor/thing-2.dist-info/METADATA
Name: thing
Version: 2
//- /srv/vendor/thing-2.dist-info/RECORD
thing.py,,
//- /srv/vendor/thing.py
`;
  expect(await read(pythonDistributions, parseFixture(text))).toMatchInlineSnapshot(`
    [
      "pkg:pypi/thing@2 | - | - | /srv/vendor/thing-2.dist-info/METADATA /srv/vendor/thing-2.dist-info/RECORD /srv/vendor/thing.py",
    ]
  `);
});

it("reads distributions that others carry, where a file of theirs ships", async () => {
  const site = "/usr/local/lib/python3.13/site-packages";
  const text = `
//- ${site}/setuptools/_vendor/wheel-0.45.1.dist-info/METADATA
Name: wheel
Version: 0.45.1
//- ${site}/setuptools/_vendor/wheel-0.45.1.dist-info/RECORD
wheel/__init__.py,,
//- ${site}/setuptools/_vendor/wheel/__init__.py
//- ${site}/setuptools/_vendor/gone-1.dist-info/METADATA
Name: gone
Version: 1
//- ${site}/setuptools/_vendor/gone-1.dist-info/RECORD
gone.py,,
//- ${site}/pip/_vendor/vendor.txt
CacheControl==0.14.2
typing-extensions==4.13.2  # for old ones
    certifi==2025.4.26
absent==1
-e ./nothing
//- ${site}/pip/_vendor/cachecontrol/cache.py
//- ${site}/pip/_vendor/typing_extensions.py
//- ${site}/pip/_vendor/certifi/cacert.pem
`;
  expect(await read(pythonDistributions, parseFixture(text))).toMatchInlineSnapshot(`
    [
      "pkg:pypi/cachecontrol@0.14.2 | - | - | in /usr/local/lib/python3.13/site-packages/pip/_vendor/cachecontrol/cache.py",
      "pkg:pypi/typing-extensions@4.13.2 | - | - | in /usr/local/lib/python3.13/site-packages/pip/_vendor/typing_extensions.py",
      "pkg:pypi/certifi@2025.4.26 | - | - | in /usr/local/lib/python3.13/site-packages/pip/_vendor/certifi/cacert.pem",
      "pkg:pypi/wheel@0.45.1 | - | - | in /usr/local/lib/python3.13/site-packages/setuptools/_vendor/wheel/__init__.py",
    ]
  `);
});
