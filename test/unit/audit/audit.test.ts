import { expect, it } from "vitest";
import { auditTree } from "../../../src/audit/audit.ts";
import { printJson } from "../../../src/audit/report-json.ts";
import { printText } from "../../../src/audit/report-text.ts";
import { packageDatabases } from "../../../src/closure/packages/packages.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const before = `
//- /etc/shadow- 0666
//- /srv/.git/HEAD
ref: refs/heads/main
//- /tmp/ 1777
//- /usr/bin/dash 0755 elf=x86_64 loader inode=7
//- /usr/lib/dash 0755 elf=x86_64 loader inode=7
//- /usr/bin/sh -> dash
//- /usr/bin/su 4755 elf=x86_64 loader
//- /usr/bin/tool 0755 elf=x86_64 loader needed=libx.so.1
//- /usr/lib/libx.so.1 elf=x86_64 soname=libx.so.1
//- /var/lib/dpkg/status
Package: dash
Status: install ok installed
Version: 0.5
Architecture: amd64

Package: libx1
Status: install ok installed
Version: 1:2-3
Architecture: amd64

//- /var/lib/dpkg/info/dash.list
/usr/bin/dash
/usr/bin/sh
//- /var/lib/dpkg/info/libx1.list
/usr/lib/libx.so.1
`;
const after = `
//- /usr/bin/tool 0755 elf=x86_64 loader needed=libx.so.1
//- /usr/lib/libx.so.1 elf=x86_64 soname=libx.so.1
//- /usr/lib/</script>\u001b[31m\udcff
`;

async function audit(name: string, fixture: string, more: { readonly command?: readonly string[] } = {}) {
  return auditTree({
    name,
    root: fixtureRoot(fixture),
    databases: packageDatabases,
    command: more.command ?? [],
    searchPath: "/usr/bin",
    tellsFileCapabilities: false,
  });
}

it("puts two trees beside each other", async () => {
  expect(printText([await audit("before", before), await audit("after", after)])).toMatchSnapshot();
});

it("says of one tree what its score is made of", async () => {
  const text = printText([await audit("before", before, { command: ["dash", "-c", "true"] })]);
  expect(text).toMatchSnapshot();
});

it("writes the same for programs", async () => {
  expect(JSON.parse(printJson([await audit("before", before)]))).toMatchSnapshot();
});

it("lets no name of a file reach the terminal or close the text around it", async () => {
  const report = [await audit("a\u202eb", after)];
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u;
  expect(printText(report)).not.toMatch(control);
  expect(printJson(report)).not.toMatch(control);
});
