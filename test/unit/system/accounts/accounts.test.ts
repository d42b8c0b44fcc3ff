import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { features } from "../../../../src/system/features.gen.ts";
import { binary } from "../../../support/closure.ts";
import { contentsOf, debian, input } from "../system-cases.ts";

it("names the users that the image uses", async () => {
  const roots = [
    ...input.roots,
    { kind: "include" as const, pointer: "/closure/include/0", view: "main", path: "/etc/tool.conf" },
  ];
  const accounts = {
    users: [{ name: "me", uid: 1000 }],
    groups: [{ name: "us", gid: 2000, members: ["me", "nobody-else"] }],
  };
  const { system: _, ...rest } = input;
  expect(await contentsOf({ ...rest, roots, accounts, process: { user: "nginx" } })).toMatchInlineSnapshot(`
    {
      "/etc/group": {
        "text": "root:x:0:
    www-data:x:33:nginx
    web:x:98:nginx
    me:x:1000:
    us:x:2000:me
    nonroot:x:65532:
    nogroup:x:65534:
    ",
      },
      "/etc/passwd": {
        "text": "root:x:0:0:root:/root:/sbin/nologin
    www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
    nginx:x:99:98::/nowhere:/bin/false
    me:x:1000:1000:me:/nonexistent:/sbin/nologin
    nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
    nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
    ",
      },
    }
  `);
});

it("lists the accounts that the scripts of a package and its sysusers.d name", async () => {
  const root = `${debian}
//- /etc/passwd
root:x:0:0:root:/root:/bin/bash
own:x:101:101::/nowhere:/bin/false
fromfile:x:102:102::/nowhere:/bin/false
other:x:103:103::/nowhere:/bin/false
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
/usr/lib/sysusers.d/tool.conf
//- /var/lib/dpkg/info/tool.postinst
# other
adduser --system own
//- /usr/lib/sysusers.d/tool.conf
u fromfile - "a user"
`;
  const contents = await contentsOf({ ...input, root, plugins: { features, packages: [dpkg] } });
  expect(contents["/etc/passwd"]).toMatchInlineSnapshot(`
    {
      "text": "root:x:0:0:root:/root:/sbin/nologin
    own:x:101:101::/nowhere:/bin/false
    fromfile:x:102:102::/nowhere:/bin/false
    nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
    nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
    ",
    }
  `);
});

it("says that accounts have no password to who asks for a shadow file that does not ship", async () => {
  const root = `${debian}
//- /usr/bin/timer 0755 elf=x86_64 imports=getspnam
`;
  const roots = [binary("/usr/bin/timer")];
  const contents = await contentsOf({ ...input, root, roots, plugins: { features } });
  expect(JSON.stringify(contents["/etc/passwd"])).toContain("root:*:0:0:");
});
