import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { data, debian, server, shipped } from "./debian-packages.ts";

test("a directory of which each file is withheld stays out: a server takes an empty one for one that it made", async () => {
  const lines = await shipped(
    debian(
      [server, data],
      `
        //- /var/lib/server/system/tables 0600
        secret
        //- /var/lib/server/mixed/public
        //- /var/lib/server/mixed/private 0600
        secret
        //- /var/lib/server/empty/
      `,
    ),
  );
  expect(lines.filter((line) => line.startsWith("/var/lib/server/"))).toEqual([
    "/var/lib/server/ 755 104",
    "/var/lib/server/empty/ 755 0",
    "/var/lib/server/mixed/ 755 0",
    "/var/lib/server/mixed/public",
  ]);
});

test("a private file ships as its package brought it, for everybody can download that", async () => {
  const sum = createHash("sha1").update("user server\n").digest("base64");
  const root = (own: string): string => `
//- /lib/apk/db/installed
P:server
V:1
F:etc/server
R:main.conf
a:0:104:640
Z:Q1${sum}
F:usr/sbin
R:server

//- /usr/sbin/server 0755 elf=x86_64
//- /etc/server/main.conf 0640 owner=0:104
${own}
`;
  const isTold = (line: string): boolean => line.includes("FILE_PRIVATE: cannot ship 1 file of package server");
  const unchanged = await shipped(root("user server"));
  expect(unchanged).toContain("/etc/server/main.conf");
  expect(unchanged.some(isTold)).toBe(false);
  const changed = await shipped(root("password x"));
  expect(changed).not.toContain("/etc/server/main.conf");
  expect(changed.some(isTold)).toBe(true);
});
