import { expect, it } from "vitest";
import { reasonsPath } from "../../../../src/inspect/manifest/reasons.ts";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { npmPackages } from "../../../../src/packages/npm/npm.ts";
import { pythonDistributions } from "../../../../src/packages/python/python-dist.ts";
import { binary, closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/tool
tool
//- /usr/bin/awk -> /etc/alternatives/awk
//- /etc/alternatives/awk -> ../../usr/bin/mawk
//- /usr/bin/mawk
mawk
//- /opt/own
own
//- /usr/lib/python3/dist-packages/deb-1.dist-info/METADATA
Name: deb
Version: 1
//- /usr/share/nodejs/@scope/own/package.json
{"name": "@scope/own", "version": "4.0.0", "license": "MIT"}
//- /usr/lib/python3/site-packages/Py_Thing-2.0.dist-info/METADATA
Metadata-Version: 2.4
Name: Py_Thing
Version: 2.0
License-Expression: MIT
//- /usr/lib/python3/site-packages/Py_Thing-2.0.dist-info/RECORD
thing.py,sha256=x,1
//- /usr/lib/python3/site-packages/thing.py
x
//- /srv/node_modules/@scope/pkg/package.json
{"name": "@scope/pkg", "version": "3.0.0", "license": "ISC"}
//- /srv/node_modules/@scope/pkg/index.js
x
//- /etc/os-release
ID=debian
VERSION_ID="13"
//- /etc/debian_version
13.2
//- /usr/share/doc/tool/copyright
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
License: GPL-2+
 See /usr/share/common-licenses/GPL-2.
//- /usr/share/common-licenses/GPL-2
the text
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1:1.0-1
Architecture: amd64
Source: tools (1:1.0-0)
Description: a tool

Package: mawk
Status: install ok installed
Version: 1.3
Architecture: amd64

Package: python3-deb
Status: install ok installed
Version: 1-1
Architecture: all

Package: unused
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
/usr/share/nodejs/@scope/own/package.json
//- /var/lib/dpkg/info/mawk.list
/usr/bin/mawk
//- /var/lib/dpkg/info/python3-deb.list
/usr/lib/python3/dist-packages/deb-1.dist-info/METADATA
//- /var/lib/dpkg/info/python3-deb.md5sums
00000000000000000000000000000001  usr/lib/python3/dist-packages/deb-1.dist-info/METADATA
00000000000000000000000000000002  usr/share/doc/python3-deb/copyright
`;

const include = (path: string, index: number) =>
  ({ kind: "include", pointer: `/closure/include/${String(index)}`, view: "main", path }) as const;

const roots = [
  binary("/usr/bin/tool"),
  ...["/usr/bin/awk", "/opt/own", "/usr/lib/python3/**", "/srv/**", "/usr/share/nodejs/**"].map(include),
];
const plugins = { packages: [dpkg, npmPackages, pythonDistributions] };

it("owns every path, and names each package once", async () => {
  const { entries, packages } = await closureOf({ root, roots, plugins });
  const owned = entries.filter(({ kind }) => kind !== "directory").map(({ path, owner }) => `${path} ${owner ?? "-"}`);
  expect(owned).toMatchInlineSnapshot(`
    [
      "/etc/alternatives/awk dpkg:mawk",
      "/opt/own -",
      "/srv/node_modules/@scope/pkg/index.js npm:@scope/pkg@3.0.0",
      "/srv/node_modules/@scope/pkg/package.json npm:@scope/pkg@3.0.0",
      "/usr/bin/awk dpkg:mawk",
      "/usr/bin/mawk dpkg:mawk",
      "/usr/bin/tool dpkg:tool",
      "/usr/lib/python3/dist-packages/deb-1.dist-info/METADATA dpkg:python3-deb",
      "/usr/lib/python3/site-packages/Py_Thing-2.0.dist-info/METADATA pypi:py-thing@2.0",
      "/usr/lib/python3/site-packages/Py_Thing-2.0.dist-info/RECORD pypi:py-thing@2.0",
      "/usr/lib/python3/site-packages/thing.py pypi:py-thing@2.0",
      "/usr/share/nodejs/@scope/own/package.json dpkg:tool",
    ]
  `);
  expect(packages.map(({ id, purl, licenses }) => [id, purl, ...licenses].join(" "))).toMatchInlineSnapshot(`
    [
      "dpkg:mawk pkg:deb/debian/mawk@1.3?arch=amd64&distro=debian-13.2",
      "dpkg:python3-deb pkg:deb/debian/python3-deb@1-1?arch=all&distro=debian-13.2",
      "dpkg:tool pkg:deb/debian/tool@1.0-1?arch=amd64&distro=debian-13.2&epoch=1 GPL-2+",
      "npm:@scope/own@4.0.0 pkg:npm/%40scope/own@4.0.0 MIT",
      "npm:@scope/pkg@3.0.0 pkg:npm/%40scope/pkg@3.0.0 ISC",
      "pypi:deb@1 pkg:pypi/deb@1",
      "pypi:py-thing@2.0 pkg:pypi/py-thing@2.0 MIT",
    ]
  `);
});

it("names what a package of the distribution carries, and by which file", async () => {
  const { packages } = await closureOf({ root, roots, plugins });
  const carried = packages.filter(({ carrier }) => carrier !== undefined);
  expect(carried.map(({ purl, carrier, within }) => [purl, carrier, within].join(" "))).toMatchInlineSnapshot(`
    [
      "pkg:npm/%40scope/own@4.0.0 dpkg:tool /usr/share/nodejs/@scope/own/package.json",
      "pkg:pypi/deb@1 dpkg:python3-deb /usr/lib/python3/dist-packages/deb-1.dist-info/METADATA",
    ]
  `);
});

it("writes the database of what ships, with checksums where a language's scanner needs them, and the licences", async () => {
  const { entries } = await closureOf({ root, roots, plugins, metadata: { packageDb: "auto" } });
  const made = entries.flatMap(({ path, content, reason }) =>
    content !== undefined && "text" in content ? [`${path} (${reason.from})\n${content.text}`] : [],
  );
  expect(`\n${made.join("\n")}`).toMatchInlineSnapshot(`
    "
    /usr/share/doc/pith/licenses (#/metadata/package-db)
    ==============================================================================
    tool
    ==============================================================================

    Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
    License: GPL-2+
    See /usr/share/common-licenses/GPL-2.

    ==============================================================================
    /usr/share/common-licenses/GPL-2
    ==============================================================================

    the text


    /var/lib/dpkg/status.d/mawk (#/metadata/package-db)
    Package: mawk
    Status: install ok installed
    Version: 1.3
    Architecture: amd64

    /var/lib/dpkg/status.d/python3-deb (#/metadata/package-db)
    Package: python3-deb
    Status: install ok installed
    Version: 1-1
    Architecture: all

    /var/lib/dpkg/status.d/python3-deb.md5sums (#/metadata/package-db)
    00000000000000000000000000000001  usr/lib/python3/dist-packages/deb-1.dist-info/METADATA

    /var/lib/dpkg/status.d/tool (#/metadata/package-db)
    Package: tool
    Status: install ok installed
    Version: 1:1.0-1
    Architecture: amd64
    Source: tools (1:1.0-0)
    Description: a tool
    "
  `);
});

it("refuses to promise a database that no builder has", async () => {
  const plain = { root: "//- /opt/own\nown\n", roots: [include("/opt/own", 0)], plugins };
  const { diagnostics } = await closureOf({ ...plain, metadata: { packageDb: true } });
  expect(diagnostics.map(({ code }) => code)).toEqual(["PACKAGE_DB_MISSING"]);
});

it("writes the reasons for every path, its own among them, into the image", async () => {
  const { entries } = await closureOf({ root, roots: [binary("/usr/bin/tool")], metadata: { reasonsFile: true } });
  const file = entries.find(({ path }) => path === reasonsPath);
  const text = file?.content !== undefined && "text" in file.content ? file.content.text : "";
  expect(file?.sizeBytes).toBe(text.length);
  expect(text).toMatchInlineSnapshot(`
    "{"version":1,"paths":[
    {"path":"/usr","kind":"directory","layer":"system","reason":{"from":"/usr/bin","why":"lies in it","evidence":"proved"}},
    {"path":"/usr/bin","kind":"directory","layer":"system","reason":{"from":"/usr/bin/tool","why":"lies in it","evidence":"proved"}},
    {"path":"/usr/bin/tool","kind":"file","layer":"system","origin":"builder:main","reason":{"from":"#/binaries/0","why":"names /usr/bin/tool","evidence":"user"}},
    {"path":"/usr/share","kind":"directory","layer":"app","reason":{"from":"/usr/share/doc","why":"lies in it","evidence":"proved"}},
    {"path":"/usr/share/doc","kind":"directory","layer":"app","reason":{"from":"/usr/share/doc/pith","why":"lies in it","evidence":"proved"}},
    {"path":"/usr/share/doc/pith","kind":"directory","layer":"app","reason":{"from":"/usr/share/doc/pith/reasons.json","why":"lies in it","evidence":"proved"}},
    {"path":"/usr/share/doc/pith/reasons.json","kind":"file","layer":"app","origin":"pith","reason":{"from":"#/metadata/reasons","why":"has the reasons for every path","evidence":"user"}}
    ]}
    "
  `);
});
