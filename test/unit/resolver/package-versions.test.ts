import { expect, it } from "vitest";
import { packageDatabases } from "../../../src/packages/packages.gen.ts";
import { readPackages } from "../../../src/resolver/package-versions.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const installed = JSON.stringify({
  packages: { "node_modules/kept": { integrity: "sha512-b25l" }, "node_modules/kept/node_modules/deep": {} },
});

it("tells versions, and the digests that installers keep", async () => {
  const root = fixtureRoot(`
    //- /var/lib/dpkg/status
    Package: python3-deb
    Status: install ok installed
    Architecture: all
    Version: 1-2

    //- /var/lib/dpkg/info/python3-deb.list
    /usr/lib/python3/dist-packages/deb-1.dist-info/METADATA
    //- /usr/lib/python3/dist-packages/deb-1.dist-info/METADATA
    Name: deb
    Version: 1
    //- /lib/apk/db/installed
    C:Q1YW5kIHNvIG9uIGFuZCBzbyBvbg==
    P:musl
    V:1.2.5-r10
    A:x86_64

    //- /srv/site-packages/own-2.dist-info/METADATA
    Name: Own
    Version: 2
    //- /srv/site-packages/own-2.dist-info/RECORD
    own.py,sha256=x,1
    //- /srv/node_modules/.package-lock.json
    ${installed}
    //- /srv/node_modules/kept/package.json
    {"name": "kept", "version": "3.0.0"}
    //- /srv/node_modules/kept/node_modules/deep/package.json
    {"name": "deep", "version": "4.0.0"}
  `);
  const found = await readPackages(root, packageDatabases);
  expect(found).toMatchInlineSnapshot(`
    {
      "digests": {
        "apk:musl": "sha1:616e6420736f206f6e20616e6420736f206f6e",
        "npm:kept@3.0.0": "sha512-b25l",
        "pypi:own@2": "sha256:6cd8f0acae25aad6cc465e2a09c5df744bd4f6f3dc36de5d0f5dc90fcb0c1123",
      },
      "versions": {
        "apk:musl": "1.2.5-r10",
        "dpkg:python3-deb": "1-2",
        "npm:deep@4.0.0": "4.0.0",
        "npm:kept@3.0.0": "3.0.0",
        "pypi:own@2": "2",
      },
    }
  `);
});
